import { loadTask, teach } from "../../dist/web/metamodal.js";

const { pad, form, label, clear, result, examples } = window; // elements by their ids
const pen = pad.getContext("2d");
Object.assign(pen, { lineWidth: 10, lineCap: "round", lineJoin: "round", strokeStyle: "#1d2b4f" });
let example = { strokes: [] }; // what is on the pad: { strokes } or { image }
let waiting = []; // examples before there are two classes
let task = await loadTask("example").catch(() => undefined); // taught at an earlier visit
showClasses();

pad.onpointerdown = (event) => {
  if (example.image) clear.onclick();
  pad.setPointerCapture(event.pointerId);
  example.strokes.push([]);
  pad.onpointermove(event);
};
pad.onpointermove = (event) => {
  if (event.buttons === 0 || example.image) return;
  const stroke = example.strokes.at(-1);
  stroke.push([
    (event.offsetX * pad.width) / pad.clientWidth,
    (event.offsetY * pad.height) / pad.clientHeight,
  ]);
  pen.beginPath();
  for (const point of stroke.slice(-2)) pen.lineTo(...point);
  pen.stroke();
};
pad.onpointerup = predict;
pad.ondragover = (event) => event.preventDefault();
pad.ondrop = async (event) => {
  event.preventDefault();
  clear.onclick();
  example = { image: event.dataTransfer.files[0] };
  pen.drawImage(await createImageBitmap(example.image), 0, 0, pad.width, pad.height);
  await predict();
};
clear.onclick = () => {
  pen.clearRect(0, 0, pad.width, pad.height);
  example = { strokes: [] };
  result.textContent = "";
};
form.onsubmit = async (event) => {
  event.preventDefault();
  const added = { ...example, label: label.value };
  try {
    if (task) await task.add([added]);
    else waiting.push(added);
    if (new Set(waiting.map((each) => each.label)).size > 1) [task, waiting] = [await teach(waiting), []];
    await task?.save("example");
    clear.onclick();
  } catch (error) {
    result.textContent = error.message;
  }
  showClasses();
};

async function predict() {
  if (!task) return;
  const { probabilities, unknown } = await task
    .predict(example)
    .catch((error) => ({ unknown: error.message }));
  const bars = Object.entries(probabilities ?? {}).map(([name, p]) => bar(name, p));
  result.replaceChildren(...bars, unknown === true ? "Is it something else?" : unknown || "");
}

function bar(name, probability) {
  const row = document.createElement("div");
  row.style.setProperty("--share", `${100 * probability}%`);
  row.textContent = `${name} ${(100 * probability).toFixed(0)} %`;
  return row;
}

function showClasses() {
  const taught = [...(task?.examples ?? []), ...waiting].map((each) => each.label);
  const counts = Map.groupBy(taught, (name) => name);
  examples.replaceChildren(
    ...[...counts].map(([name, all]) =>
      Object.assign(document.createElement("li"), { textContent: `${name} × ${all.length}` }),
    ),
  );
}

navigator.serviceWorker?.register("offline.js"); // not on a page without HTTPS
