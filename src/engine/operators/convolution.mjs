/** Convolutions of networks, channels-last, and their linear layers. */

/**
 * @typedef {import("./types.js").Operator} Operator
 * @typedef {import("../lower/onnx.js").Attributes} Attributes
 */

/** The activation of a node's attributes (network/activation.ts). */
function activation(/** @type {Attributes} */ attributes) {
  const [alpha, low, high] = ["alpha", "low", "high"].map((name) => {
    const attribute = attributes[name];
    return typeof attribute === "object" && "float" in attribute ? attribute.float : undefined;
  });
  return (/** @type {number} */ x) => {
    const raised = alpha !== undefined && x < 0 ? alpha * x : x;
    return Math.min(high ?? Number.POSITIVE_INFINITY, Math.max(low ?? Number.NEGATIVE_INFINITY, raised));
  };
}

/** @type {Operator} */
const convLast = ([x, w, bias], [out], attributes) => {
  const [strides, pads] = [attributes.strides, attributes.pads].map((each) => /** @type {number[]} */ (each));
  const isDepthwise = attributes.depthwise === 1;
  const [, height, width, c] = x.shape;
  const [kh, kw] = w.shape;
  const [n, oh, ow, k] = out.shape;
  const [from, weight, to] = [x, w, out].map(({ data }) => /** @type {Float32Array} */ (data));
  const activate = activation(attributes);
  let at = 0;
  for (let image = 0; image < n; image++)
    for (let oy = 0; oy < oh; oy++)
      for (let ox = 0; ox < ow; ox++)
        for (let channel = 0; channel < k; channel++) {
          let sum = bias ? Number(bias.data[channel]) : 0;
          for (let ky = 0; ky < kh; ky++)
            for (let kx = 0; kx < kw; kx++) {
              const [y, z] = [oy * strides[0] + ky - pads[0], ox * strides[1] + kx - pads[1]];
              if (y < 0 || y >= height || z < 0 || z >= width) continue;
              const pixel = ((image * height + y) * width + z) * c;
              const tap = ky * kw + kx;
              if (isDepthwise) sum += from[pixel + channel] * weight[tap * c + channel];
              else for (let j = 0; j < c; j++) sum += from[pixel + j] * weight[(tap * c + j) * k + channel];
            }
          to[at++] = activate(sum);
        }
};

/** @type {Operator} */
const linear = ([x, w, bias], [out], attributes) => {
  const [rows, k] = x.shape;
  const n = w.shape[1];
  const [from, weight, to] = [x, w, out].map(({ data }) => /** @type {Float32Array} */ (data));
  const activate = activation(attributes);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < n; j++) {
      let sum = bias ? Number(bias.data[j]) : 0;
      for (let l = 0; l < k; l++) sum += from[i * k + l] * weight[l * n + j];
      to[i * n + j] = activate(sum);
    }
};

/** @type {Record<string, Operator>} */
export const convolutionOperators = { ConvLast: convLast, Linear: linear };
