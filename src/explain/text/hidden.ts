import type { HiddenStates } from '../../shared/text/explanation';
import type { FloatTensor } from '../../shared/tensor';
import { floatTensor } from '../../shared/tensor';

/** @param states [tokens, width] of the embedding output and of every layer */
export function hiddenStates(states: readonly FloatTensor[]): HiddenStates {
  const [tokens, width] = states[0].dims;
  const pairs = Math.max(0, tokens - 1);
  const mean = new Float32Array(states.length * tokens);
  const norm = new Float32Array(states.length * tokens);
  const cosine = new Float32Array(states.length * pairs);
  states.forEach(({ data }, s) => {
    for (let t = 0; t < tokens; t++) {
      const at = t * width;
      let sum = 0;
      let squares = 0;
      let withLast = 0;
      for (let d = 0; d < width; d++) {
        const x = data[at + d];
        sum += x;
        squares += x * x;
        if (t > 0) withLast += x * data[at - width + d];
      }
      mean[s * tokens + t] = sum / width;
      norm[s * tokens + t] = Math.sqrt(squares);
      if (t === 0) continue;
      const lengths = norm[s * tokens + t] * norm[s * tokens + t - 1];
      cosine[s * pairs + t - 1] = lengths > 0 ? withLast / lengths : 0;
    }
  });
  return {
    mean: floatTensor([states.length, tokens], mean),
    norm: floatTensor([states.length, tokens], norm),
    cosine: floatTensor([states.length, pairs], cosine),
  };
}
