// A worker: answers that grow are read against their schemas here, where a pattern that takes for ever holds up no page.
import { JsonScan } from "./json-scan.js";
import { SchemaWatch } from "./schema-watch.js";

class Judge {
  /** The schema as JSON; empty where any JSON will do. */
  constructor(schema) {
    this.watch = schema ? new SchemaWatch(JSON.parse(schema)) : null;
    this.scan = new JsonScan(this.watch);
  }

  /** `state` of the scan, and the schema's first violation; `isWatched`: nothing of the schema is against it so far. */
  read(text) {
    if (!this.watch?.fault) this.scan.feed(text);
    return { state: this.scan.state, isWatched: Boolean(this.watch) && !this.watch.gaveUp, fault: this.watch?.fault };
  }
}

/** Of a schema that is none nothing is said. */
function read(judge, text) {
  try {
    return judge.read(text);
  } catch {
    judge.watch = judge.scan.listener = null;
    return { state: "unknown" };
  }
}

addEventListener("message", ({ data: schema, ports: [port] }) => {
  const judge = new Judge(schema);
  port.onmessage = ({ data: text }) => port.postMessage(read(judge, text));
});
