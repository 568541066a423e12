"""What cannot be undone is asked first."""

from playwright.sync_api import BrowserContext, Page, expect


def test_what_is_to_be_asked_does_not_go_unasked_before_the_script_has_come(
    signed_in_context: BrowserContext, signed_in_page: Page
) -> None:
    signed_in_context.route("**/js/confirm*.js", lambda route: route.abort())
    methods: list[str] = []
    signed_in_page.on("request", lambda request: methods.append(request.method))
    signed_in_page.goto("/billing/plans")
    signed_in_page.get_by_role("button", name="Change to").first.click()
    signed_in_context.unroute("**/js/confirm*.js")
    signed_in_page.reload()
    signed_in_page.get_by_role("button", name="Change to").first.click()
    expect(signed_in_page.locator("#confirm-detail")).to_be_visible()
    assert "POST" not in methods
