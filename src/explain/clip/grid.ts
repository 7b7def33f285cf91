import { UnsupportedModel } from '../../shared/errors';
import type { Config } from '../models';

/** How the vision tower's tokens are laid out: `prefix` tokens that are no patches (CLS, registers), then the patches row by row. */
export interface PatchGrid {
  readonly rows: number;
  readonly columns: number;
  readonly prefix: number;
}

/**
 * @param tokens of the vision tower
 * @param height, width of the model's input in pixels
 * @throws UnsupportedModel where tokens and patches do not fit together
 */
export function patchGrid(tokens: number, height: number, width: number, config: Config): PatchGrid {
  const size = config.vision_config?.patch_size;
  if (size) {
    const [rows, columns] = [Math.floor(height / size), Math.floor(width / size)];
    const prefix = tokens - rows * columns;
    if (prefix >= 0 && prefix <= 16) return { rows, columns, prefix };
  }
  // Without a usable patch size: the largest grid of the input's proportions.
  for (let prefix = 0; prefix <= 16; prefix++) {
    const rows = Math.round(Math.sqrt(((tokens - prefix) * height) / width));
    const columns = rows > 0 ? (tokens - prefix) / rows : 0;
    if (rows > 0 && Number.isInteger(columns)) return { rows, columns, prefix };
  }
  throw new UnsupportedModel(
    `The vision tower has ${tokens} tokens, which is no grid of patches of a ${width} × ${height} input. Check patch_size in config.json.`,
  );
}
