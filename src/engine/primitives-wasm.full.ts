/** The primitives of primitives.test.ts without ONNX Runtime: every one has a kernel, a product or a form in JavaScript. */

import { elementwise } from "../../test/support/primitives/elementwise.js";
import { holdToJax } from "../../test/support/primitives/index.js";
import { indexing } from "../../test/support/primitives/indexing.js";
import { linear } from "../../test/support/primitives/linear.js";
import { shaping } from "../../test/support/primitives/shaping.js";

for (const rows of [elementwise, indexing, linear, shaping]) holdToJax(rows, "wasm");
