// The AI SDK with @ai-sdk/openai-compatible; `node --test` runs this file against OPENAI_BASE_URL.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, generateObject, generateText, stepCountIs, streamObject, streamText, tool } from "ai";
import { z } from "zod";

const { OPENAI_BASE_URL: baseURL, OPENAI_API_KEY: apiKey } = process.env;
const options = { name: "lineup", baseURL, apiKey, includeUsage: true, supportsStructuredOutputs: true };
const lineup = createOpenAICompatible(options);
const model = lineup("meta-llama/Llama-3.1-8B-Instruct");
const prompt = "What is the weather in Paris?";
const drill = (simulate) => ({ providerOptions: { lineup: { simulate } } });
const schema = z.object({ city: z.string(), sky: z.enum(["clear", "cloudy"]), degrees: z.array(z.number()) });
const weather = tool({
  description: "The weather in a city",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, degrees: 21 }),
});

test("generateText answers with its usage", async () => {
  const { text, usage, finishReason } = await generateText({ model, prompt, ...drill({ echo: "Rain, mostly." }) });
  assert.equal(text, "Rain, mostly.");
  assert.equal(finishReason, "stop");
  assert.ok(usage.inputTokens > 0 && usage.outputTokens > 0);
});

test("streamText streams, and has its usage at the end", async () => {
  const result = streamText({ model, prompt, ...drill({ length: 12 }) });
  const pieces = [];
  for await (const piece of result.textStream) pieces.push(piece);
  assert.equal(pieces.join(""), await result.text);
  assert.equal((await result.usage).outputTokens, 12);
  assert.equal(await result.finishReason, "stop");
});

test("reasoning is told apart from the answer", async () => {
  const thinking = lineup("deepseek-ai/DeepSeek-R1-0528");
  const result = streamText({ model: thinking, prompt, ...drill({ think: "Hmm.", echo: "Rain." }) });
  assert.equal(await result.text, "Rain.");
  assert.equal(await result.reasoningText, "Hmm.");
});

test("generateText calls a tool and reads its result", async () => {
  const { text, steps } = await generateText({ model, prompt, tools: { weather }, stopWhen: stepCountIs(3) });
  assert.equal(steps[0].toolCalls[0].toolName, "weather");
  assert.match(text, /21/);
});

test("streamText calls a tool and reads its result", async () => {
  const result = streamText({ model, prompt, tools: { weather }, stopWhen: stepCountIs(3) });
  const kinds = new Set();
  for await (const part of result.fullStream) kinds.add(part.type);
  assert.ok(kinds.has("tool-call") && kinds.has("tool-result") && kinds.has("text-delta"));
  assert.ok(!kinds.has("error"));
});

test("generateObject answers with an object of the schema", async () => {
  const { object } = await generateObject({ model, prompt, schema });
  assert.ok(schema.parse(object));
});

test("streamObject ends with an object of the schema", async () => {
  const { partialObjectStream, object } = streamObject({ model, prompt, schema });
  for await (const partial of partialObjectStream) assert.equal(typeof partial, "object");
  assert.ok(schema.parse(await object));
});

test("a failure is retried until it passes", async () => {
  const passing = drill({ status: 503, times: 1, key: "ai-sdk", echo: "At last." });
  assert.equal((await generateText({ model, prompt, ...passing })).text, "At last.");
});

test("a bad key is an error with its status and is not retried", async () => {
  const stranger = createOpenAICompatible({ ...options, apiKey: "lineup-of-somebody" });
  await assert.rejects(
    generateText({ model: stranger("microsoft/Phi-4-mini-instruct"), prompt }),
    (error) => APICallError.isInstance(error) && error.statusCode === 401 && error.message === "Invalid Authentication",
  );
});

test("a stream that breaks off is told as an error", async () => {
  const kinds = [];
  const result = streamText({ model, prompt, onError: () => {}, ...drill({ cut_after: 3 }) });
  for await (const part of result.fullStream) kinds.push(part.type);
  assert.equal(kinds.filter((kind) => kind === "text-delta").length, 3);
  assert.ok(kinds.includes("error"));
});
