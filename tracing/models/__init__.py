"""What happened, in Weave's terms. JSON values are kept as the text of their JSON, see tracing/json_text.py."""

from tracing.models.calls import Call
from tracing.models.costs import Cost
from tracing.models.feedback import Feedback
from tracing.models.files import File, FileChunk
from tracing.models.objects import Alias, Object, Tag
from tracing.models.saved_views import SavedView
from tracing.models.tables import Row, Table

__all__ = ["Alias", "Call", "Cost", "Feedback", "File", "FileChunk", "Object", "Row", "SavedView", "Table", "Tag"]
