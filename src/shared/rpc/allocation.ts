/** The words of ONNX Runtime, the C++ and the JavaScript library, and V8 for memory that could not be had. */
const phrases = [
  'bad_alloc',
  'bad allocation',
  'bad_array_new_length',
  'failed to allocate',
  'allocation failed',
  'cannot allocate memory',
  'not enough memory',
  'out of memory',
  'enomem',
];

export function isAllocationFailure(text: string): boolean {
  const lower = text.toLowerCase();
  return phrases.some((phrase) => lower.includes(phrase));
}

/** What a person can do about it: the end of every such sentence. */
export const memoryAdvice =
  'Close other programs, ask for fewer prompts or layers at once, or switch on the low-memory mode.';
