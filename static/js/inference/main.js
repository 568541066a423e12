// The Inference tab: models are chosen with pointer or keys, and the choice lives in the address.
import "./clicks.js";
import "./keys.js";
import "./filtering.js";
