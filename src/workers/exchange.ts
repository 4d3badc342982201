/** The primary as the telephone exchange of its workers: passes on what they ask and tell each other. */
import type { ToPrimary, ToWorker } from "./messages.ts";

/** A worker as it is reached. */
export interface Extension {
  /** False when it cannot be reached any more. */
  readonly send: (message: ToWorker) => boolean;
}

export interface Exchange {
  readonly join: (extension: Extension) => void;
  /** Whoever waits for an answer of it waits no longer. */
  readonly leave: (extension: Extension) => void;
  readonly handle: (
    from: Extension,
    message: Exclude<ToPrimary, { kind: "here" | "ready" | "open" }>,
  ) => void;
}

interface Question {
  readonly asker: Extension;
  /** As the asker numbers it. */
  readonly id: number;
  readonly missing: Set<Extension>;
  readonly answers: unknown[];
  readonly timer: NodeJS.Timeout;
}

/** A worker that is busy for longer is left out of the answer. */
const ANSWER_MS_MAX = 2000;

export function createExchange(answerMsMax = ANSWER_MS_MAX): Exchange {
  const extensions = new Set<Extension>();
  const questions = new Map<number, Question>();
  let asked = 0;
  const others = (extension: Extension) => [...extensions].filter((other) => other !== extension);

  const settle = (number: number) => {
    const question = questions.get(number);
    if (question === undefined) return;
    clearTimeout(question.timer);
    questions.delete(number);
    const { asker, id, answers } = question;
    asker.send({ kind: "gathered", id, answers });
  };
  const strike = (number: number, extension: Extension) => {
    const question = questions.get(number);
    if (question?.missing.delete(extension) && question.missing.size === 0) settle(number);
  };
  const ask = (asker: Extension, { id, topic }: Extract<ToPrimary, { kind: "gather" }>) => {
    const number = asked++;
    const missing = new Set<Extension>();
    const timer = setTimeout(() => settle(number), answerMsMax);
    questions.set(number, { asker, id, missing, answers: [], timer });
    for (const other of others(asker)) {
      if (other.send({ kind: "ask", id: number, topic })) missing.add(other);
    }
    if (missing.size === 0) settle(number);
  };
  return {
    join: (extension) => void extensions.add(extension),
    leave: (extension) => {
      extensions.delete(extension);
      for (const number of questions.keys()) strike(number, extension);
    },
    handle: (from, message) => {
      switch (message.kind) {
        case "gather":
          ask(from, message);
          break;
        case "answer":
          if (message.answer !== undefined) questions.get(message.id)?.answers.push(message.answer);
          strike(message.id, from);
          break;
        case "tell":
          for (const other of others(from))
            other.send({ kind: "told", topic: message.topic, message: message.message });
      }
    },
  };
}
