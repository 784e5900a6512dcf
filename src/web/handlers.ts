/** What the worker does with the base model: it teaches, loads and keeps tasks, which the page names by number. */

import { invariant } from "../base/errors.js";
import { availableParallelism } from "../base/threads.js";
import type { Notice } from "../data/index.js";
import { setOnnxRuntime } from "../engine/run/onnxruntime.web.js";
import { setEncoderFolder } from "../modality/builtin/files.web.js";
import { BuiltinNetwork } from "../modality/builtin/network.web.js";
import { decodeTaskFile, encodeTaskFile } from "../teach/file.js";
import { loadTaughtTask, type TaughtTask, taskOfFile } from "../teach/task.js";
import { teach } from "../teach/teach.js";
import type { CallContext, Served } from "./connection.js";
import { fetchBytes } from "./fetch-bytes.js";
import type { CallEvent, TaskCard, TaskHandlers, TaskSource } from "./protocol.js";
import { beginStages, forget, nextStage, teachInNext, withinStage } from "./stages.js";
import { plainExamples } from "./values.js";

const tasks = new Map<number, TaughtTask>();
let count = 0;

function cardOf(id: number, task: TaughtTask): TaskCard {
  const { classes, report, modalities, experts } = task;
  const examples = task.examples.map(({ id: name, label, target }) => ({ id: name, label, target }));
  return { id, classes, report, examples, modalities, experts };
}

function kept(task: TaughtTask): TaskCard {
  tasks.set(count, task);
  return cardOf(count++, task);
}

function taskOf(id: number): TaughtTask {
  const task = tasks.get(id);
  invariant(task, "a page names tasks that its worker holds");
  return task;
}

const optionsOf = ({ signal, emit }: CallContext) => {
  const send = (event: CallEvent) => emit(event);
  return {
    signal,
    onProgress: (done: number, total: number) => send({ done, total }),
    onNotice: (notice: Notice) => send({ notice }),
  };
};

async function loaded(source: TaskSource, signal: AbortSignal): Promise<TaughtTask> {
  if ("name" in source) return loadTaughtTask(source.name);
  const [bytes, where] =
    "url" in source
      ? [await fetchBytes(source.url, signal), source.url]
      : [
          new Uint8Array(await source.file.arrayBuffer()),
          source.file instanceof File ? source.file.name : "the file",
        ];
  return taskOfFile(decodeTaskFile(bytes, where), where);
}

/** Teach a task, in the next stage again by the same examples. */
async function taught(
  { examples, choices }: Parameters<TaskHandlers["teach"]>[0],
  context: CallContext,
): Promise<TaskCard> {
  const plain = await plainExamples(examples);
  return withinStage(async () => {
    const card = kept(await teach(plain, { ...choices, ...optionsOf(context) }));
    teachInNext(card.id, async () => {
      tasks.set(card.id, await teach(plain, choices));
    });
    return card;
  });
}

/** The handlers of the worker for taught tasks. What changes or stores a task waits for the last stage. */
export const taskHandlers: Served<TaskHandlers> = {
  start({ encoders, without, preload, later, onnxruntime }) {
    setOnnxRuntime(onnxruntime);
    setEncoderFolder(encoders, [...without, ...later], preload);
    beginStages(later, () => setEncoderFolder(encoders, without, preload));
    // The first run reports why a network cannot be opened.
    for (const file of preload)
      if (file.endsWith(".onnx"))
        BuiltinNetwork.of(file)
          .open()
          .catch(() => {});
  },
  status: () => ({ isIsolated: globalThis.crossOriginIsolated, threads: availableParallelism() }),
  teach: taught,
  async load(source, { signal }) {
    await nextStage();
    return kept(await loaded(source, signal));
  },
  async predict({ id, examples }, context) {
    const plain = await plainExamples(examples);
    return withinStage(() => taskOf(id).predictAll(plain, optionsOf(context)));
  },
  async complete({ id }) {
    await nextStage();
    return cardOf(id, taskOf(id));
  },
  async add({ id, examples }, context) {
    await nextStage();
    const task = taskOf(id);
    const added = await task.add(await plainExamples(examples), optionsOf(context));
    return { added, card: cardOf(id, task) };
  },
  async remove({ id, ...names }) {
    await nextStage();
    const task = taskOf(id);
    await task.remove(names);
    return cardOf(id, task);
  },
  async save({ id, name }) {
    await nextStage();
    await taskOf(id).save(name);
  },
  async encode({ id }, { transfer }) {
    await nextStage();
    const bytes = encodeTaskFile(taskOf(id).file);
    transfer(bytes.buffer);
    return bytes;
  },
  release({ id }) {
    tasks.delete(id);
    forget(id);
  },
};
