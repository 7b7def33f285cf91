import * as explain from '../../../src/explain/text/explain-text';
import { questionOf, type QuestionRequest } from '../../../src/explain/text/question';
import * as all from '../../../src/explain/text/tensors';
import type { Runtime } from '../../../src/explain/runtime';

/** As the engine asks: what is wrong with a request rejects. */
export const explainText = async (runtime: Runtime, request: QuestionRequest) =>
  explain.explainText(runtime, questionOf(request));

export const textTensors = async (runtime: Runtime, request: QuestionRequest) =>
  all.textTensors(runtime, questionOf(request));
