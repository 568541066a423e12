// OpenAI's client for Node.js; `node --test` runs this file against OPENAI_BASE_URL.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";

const client = new OpenAI();
const model = "microsoft/Phi-4-mini-instruct";
const messages = [{ role: "user", content: "What is the weather in Paris?" }];
const ask = (more = {}) => ({ model, messages, ...more });
const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

test("an answer comes in one piece", async () => {
  const answer = await client.chat.completions.create(ask({ simulate: { echo: "Rain, mostly." } }));
  assert.equal(answer.choices[0].message.content, "Rain, mostly.");
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  assert.ok(answer._request_id);
});

test("an answer is streamed", async () => {
  let text = "";
  for await (const chunk of await client.chat.completions.create(ask({ stream: true, simulate: { echo: "Drizzle." } }))) {
    text += chunk.choices[0].delta.content ?? "";
  }
  assert.equal(text, "Drizzle.");
});

test("the stream helper tells its events and keeps the usage", async () => {
  const told = [];
  const stream = client.chat.completions.stream(
    ask({ stream_options: { include_usage: true }, simulate: { length: 9 } }),
  );
  stream.on("content", (delta) => told.push(delta));
  const answer = await stream.finalChatCompletion();
  assert.equal(told.join(""), answer.choices[0].message.content);
  assert.equal(answer.usage.completion_tokens, 9);
});

test("tools are called and their results are read", async () => {
  const runner = client.chat.completions.runTools({
    model,
    messages,
    tools: [
      { ...weather, function: { ...weather.function, parse: JSON.parse, function: ({ city }) => ({ city, degrees: 21 }) } },
    ],
  });
  assert.match(await runner.finalContent(), /21/);
});

test("several choices each have their index", async () => {
  const answer = await client.chat.completions.create(ask({ n: 3, simulate: { length: 4 } }));
  assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1, 2]);
});

test("headers are there with the response", async () => {
  const { response } = await client.chat.completions.create(ask({ simulate: { length: 3 } })).withResponse();
  assert.ok(response.headers.get("x-request-id"));
  assert.ok(Number(response.headers.get("openai-processing-ms")) >= 0);
});

test("models are listed and found by ids with slashes", async () => {
  const ids = [];
  for await (const each of client.models.list()) ids.push(each.id);
  assert.ok(ids.includes(model));
  assert.equal((await client.models.retrieve(model)).id, model);
});

test("a failure is retried until it passes", async () => {
  const passing = ask({ simulate: { status: 503, times: 1, key: "openai-node", echo: "At last." } });
  assert.equal((await client.chat.completions.create(passing)).choices[0].message.content, "At last.");
});

test("each refusal is an error of its own class", async () => {
  const stranger = new OpenAI({ apiKey: "lineup-of-somebody" });
  await assert.rejects(stranger.chat.completions.create(ask()), OpenAI.AuthenticationError);
  await assert.rejects(
    new OpenAI({ project: "some/body" }).chat.completions.create(ask()),
    (error) => error instanceof OpenAI.AuthenticationError && error.code === "invalid_api_key",
  );
  await assert.rejects(
    client.chat.completions.create({ model: "no/such-model", messages }),
    (error) => error instanceof OpenAI.NotFoundError && error.param === "model",
  );
  await assert.rejects(
    client.chat.completions.create(ask({ n: "two" })),
    (error) => error instanceof OpenAI.BadRequestError && error.param === "n",
  );
});

test("a stream that breaks off throws after what was delivered", async () => {
  const stream = await client.chat.completions.create(ask({ stream: true, simulate: { cut_after: 3 } }));
  let pieces = 0;
  await assert.rejects(async () => {
    for await (const chunk of stream) pieces += chunk.choices[0].delta.content ? 1 : 0;
  }, OpenAI.APIError);
  assert.equal(pieces, 3);
});

test("a stream can be aborted", async () => {
  const stream = await client.chat.completions.create(ask({ stream: true, simulate: { stall_after: 3 } }));
  for await (const chunk of stream) {
    if (chunk.choices[0].delta.content) break;
  }
  assert.ok(stream.controller.signal.aborted);
});
