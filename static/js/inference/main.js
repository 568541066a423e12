// The Inference tab: models are chosen with pointer or keys, and the choice lives in the address.
import "./choosing.js";
import "./moving.js";
import "./filtering.js";
