import { BadFile, LensError, OutOfMemory, UnsupportedModel, UsageError } from '../shared/errors';
import { isAllocationFailure, memoryAdvice } from '../shared/rpc/allocation';

/** What was being done when ONNX Runtime failed: its own texts rarely say. */
export interface OrtAttempt {
  readonly doing: 'open' | 'run';
  readonly executionProvider: string;
  /** Names that this build lists. */
  readonly availableProviders: readonly string[];
}

/**
 * ONNX Runtime's errors are plain Errors whose text has no code (1.30): the class must be read from the text.
 * The order matters: an unregistered operator also reads "This is an invalid model".
 */
const unsupported =
  /No Op registered for|is not a registered function\/op|NOT_IMPLEMENTED|Could not find an implementation|Unsupported model IR version|Unsupported data type|official released onnx opset|under development/i;
const badModel =
  /File doesn't exist|protobuf parsing failed|INVALID_PROTOBUF|INVALID_GRAPH|NO_SUCHFILE|Model data pointer is null|invalid model|External data|external initializer|Type Error|ShapeInferenceError|TypeInferenceError|Failed to (load|parse) (model|tensor)|cannot be read|out of bounds|does not exist in (the )?graph/i;
const badProvider =
  /backend not found|Failed to load shared library|onnxruntime_providers|WebGPU adapter|execution provider|AppendExecutionProvider|CUDA|DirectML|CoreML/i;
const badInput =
  /Unexpected input data type|Invalid rank for input|Got invalid dimensions for input|Invalid (input|feed)|is missing in 'feeds'|out of data bounds/i;

/** Gives an error of ONNX Runtime its class and a sentence with a way out. Errors that have a class already pass through. */
export function ortError(error: unknown, attempt: OrtAttempt): LensError {
  if (error instanceof LensError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const cause = plain(text);
  const options = { cause: error };
  const { doing, executionProvider, availableProviders } = attempt;
  if (isAllocationFailure(text)) {
    const what = doing === 'open' ? 'to load the model' : 'for this run';
    return new OutOfMemory(`There is not enough memory ${what}: ${cause}. ${memoryAdvice}`, options);
  }
  if (executionProvider !== 'cpu' && badProvider.test(text)) {
    return providerError(executionProvider, availableProviders, cause, options);
  }
  if (unsupported.test(text)) {
    return new UnsupportedModel(
      `ONNX Runtime cannot run this model: ${cause}. Export it with standard operators of opset 11 to 26.`,
      options,
    );
  }
  if (doing === 'run') {
    const node = failedNode(text);
    if (node || badInput.test(text)) {
      return new BadFile(
        `The model cannot be run with these inputs: ${cause}. Check their shapes and values.`,
        options,
      );
    }
  } else if (badModel.test(text)) {
    return new BadFile(
      `The model cannot be read: ${cause}. The file may be damaged or incomplete; download or export it again.`,
      options,
    );
  }
  const what = doing === 'open' ? 'opening the model' : 'running the model';
  return new LensError(
    'internal',
    `ONNX Runtime failed while ${what}: ${cause}. Please report this with the model's name.`,
    options,
  );
}

/** An execution provider that is unknown, or that this machine cannot load. */
export function providerError(
  name: string,
  available: readonly string[],
  cause: string | null,
  options?: ErrorOptions,
): UsageError {
  const why = cause === null ? 'is not known here' : `cannot be used here: ${cause}`;
  const others = available.filter((other) => other !== name);
  return new UsageError(
    `The execution provider "${name}" ${why}. Choose one of: ${others.join(', ') || 'cpu'}.`,
    options,
  );
}

const failedNode = (text: string): RegExpExecArray | null =>
  /Non-zero status code returned while running (\S+) node\. Name:'([^']*)'/.exec(text);

/** The text without source paths and C++ signatures, on one line, without its full stop, and of bounded length. */
function plain(text: string): string {
  const node = failedNode(text);
  const said = text
    .replace(/^[\s\S]*?Status Message:/, '')
    .replace(/\/\S*onnxruntime\/\S+\.(?:cc|h|cpp):\d+ [\s\S]*? was false\./g, '')
    .replace(/\/\S*onnxruntime\/\S+\.(?:cc|h|cpp):\d+ [^)]*\)(?:::<lambda\(\)>)?/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  const cut = said.length > 300 ? `${said.slice(0, 300)}…` : said;
  return node ? `node "${node[2]}" (${node[1]}): ${cut}` : cut;
}
