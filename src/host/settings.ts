import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { ColourMapName } from '../shared/colour/maps';
import { colourMapNames } from '../shared/colour/names';
import { methods, type LayerChoice, type Method } from '../shared/explanation';
import { parseLayers } from '../shared/layers';
import { saliencyMethods, type SaliencyMethod } from '../shared/text/explanation';

/** The user's settings, as the program uses them: every value is one that can be meant. */
export interface Settings {
  /** Absolute path of a model's folder, or the name of a bundled model; null: the bundled one. */
  readonly model: string | null;
  /** The same for texts. */
  readonly textModel: string | null;
  readonly defaultPrompts: readonly string[];
  /** null: as the model's folder recommends. */
  readonly layers: LayerChoice | null;
  readonly textLayers: LayerChoice | null;
  readonly method: Method;
  /** Of a text's tokens. */
  readonly saliencyMethod: SaliencyMethod;
  /** Of a text, special ones included; what the model reads at most is another limit. */
  readonly maxTokens: number;
  readonly colourMap: ColourMapName;
  /** The picture follows while prompts are being typed. */
  readonly live: boolean;
  /** null: ONNX Runtime decides. */
  readonly threads: number | null;
  readonly executionProvider: string;
  readonly lowMemory: boolean;
  /** Absolute path of a Node.js executable for the engine; null: VS Code's own. */
  readonly nodePath: string | null;
  /** Overrides what the model's folder says; null: it does not. */
  readonly logitScale: number | null;
  readonly imageLimitMegapixels: number;
}

/** Names of the settings after "attentionLens.", in the order of the manifest. */
export const settingNames = [
  'model',
  'textModel',
  'defaultPrompts',
  'method',
  'layers',
  'textLayers',
  'saliencyMethod',
  'maxTokens',
  'colourMap',
  'live',
  'logitScale',
  'imageLimitMegapixels',
  'threads',
  'memoryMode',
  'executionProvider',
  'nodePath',
] as const;

export type SettingName = (typeof settingNames)[number];

/** What the settings are read from, and where a wrong one is said. */
export interface SettingSource {
  get(name: SettingName): unknown;
  /** A whole sentence. */
  warn(sentence: string): void;
  /** Folder that relative paths start from; null where no local folder is open. */
  readonly workspaceFolder: string | null;
}

/** Reads every setting. What cannot be meant falls back to the default, with a warning that names the setting and the value. */
export function readSettings(source: SettingSource): Settings {
  const { get, warn, workspaceFolder } = source;
  const value = <T>(name: SettingName, fallback: T, fallbackText: string, expected: string, read: Reader<T>): T => {
    const raw = get(name);
    if (raw === undefined || raw === null || raw === '') return fallback;
    const result = read(raw);
    if (result !== undefined) return result;
    warn(`The setting "attentionLens.${name}" is ${shown(raw)}; ${expected}. ${fallbackText} is used.`);
    return fallback;
  };
  const model = (name: 'model' | 'textModel'): string | null =>
    value(name, null, 'The bundled model', 'it has to be a folder or the name of a bundled model', (raw) =>
      typeof raw === 'string' && raw.trim() !== '' ? modelPlace(raw.trim(), workspaceFolder) : undefined,
    );
  const layers = (name: 'layers' | 'textLayers'): LayerChoice | null =>
    value(
      name,
      null,
      'The model’s recommendation',
      'say recommended, last, all, a layer such as 5, or a range 0-5',
      asLayers,
    );
  return {
    model: model('model'),
    textModel: model('textModel'),
    defaultPrompts: value('defaultPrompts', [], 'An empty list', 'it has to be a list of prompts', asPrompts),
    layers: layers('layers'),
    textLayers: layers('textLayers'),
    method: value('method', 'relevance', 'relevance', `choose one of ${methods.join(', ')}`, among(methods)),
    saliencyMethod: value(
      'saliencyMethod',
      'l2',
      'l2',
      `choose one of ${saliencyMethods.join(', ')}`,
      among(saliencyMethods),
    ),
    maxTokens: value('maxTokens', 512, '512', 'it has to be a whole number from 8 to 8192', (raw) =>
      typeof raw === 'number' && Number.isInteger(raw) && raw >= 8 && raw <= 8192 ? raw : undefined,
    ),
    colourMap: value(
      'colourMap',
      'inferno',
      'inferno',
      `choose one of ${colourMapNames.join(', ')}`,
      among(colourMapNames),
    ),
    live: value('live', true, 'true', 'it has to be true or false', (raw) =>
      typeof raw === 'boolean' ? raw : undefined,
    ),
    threads:
      value('threads', 0, '0 (automatic)', 'it has to be a whole number from 0 to 1024', (raw) =>
        typeof raw === 'number' && Number.isInteger(raw) && raw >= 0 && raw <= 1024 ? raw : undefined,
      ) || null,
    executionProvider: value('executionProvider', 'cpu', 'cpu', 'it has to be a name such as cpu', (raw) =>
      typeof raw === 'string' && /^[\w.-]{1,64}$/.test(raw.trim()) ? raw.trim() : undefined,
    ),
    lowMemory: value('memoryMode', 'fast', 'fast', 'choose fast or low', among(['fast', 'low'] as const)) === 'low',
    nodePath: value(
      'nodePath',
      null,
      'VS Code’s own Node.js',
      'it has to be the absolute path of an executable',
      (raw) => {
        const path = typeof raw === 'string' ? home(raw.trim()) : '';
        return isAbsolute(path) ? path : undefined;
      },
    ),
    logitScale: value('logitScale', null, 'The model’s own scale', 'it has to be a number above 0', (raw) =>
      typeof raw === 'number' && Number.isFinite(raw) && raw > 0 ? raw : undefined,
    ),
    imageLimitMegapixels: value('imageLimitMegapixels', 100, '100', 'it has to be a number from 1 to 10000', (raw) =>
      typeof raw === 'number' && raw >= 1 && raw <= 10_000 ? raw : undefined,
    ),
  };
}

type Reader<T> = (raw: unknown) => T | undefined;

const among =
  <T extends string>(names: readonly T[]): Reader<T> =>
  (raw) =>
    names.find((name) => name === raw);

function asLayers(raw: unknown): LayerChoice | null | undefined {
  if (raw === 'recommended') return null;
  try {
    return typeof raw === 'string' || typeof raw === 'number' ? parseLayers(String(raw)) : undefined;
  } catch {
    return undefined;
  }
}

const asPrompts: Reader<readonly string[]> = (raw) =>
  Array.isArray(raw) && raw.every((prompt) => typeof prompt === 'string')
    ? raw.map((prompt) => prompt.trim()).filter((prompt) => prompt !== '')
    : undefined;

/** A name without separators is a bundled model's; `~` and `${workspaceFolder}` are as in VS Code's own settings. */
function modelPlace(text: string, workspaceFolder: string | null): string | undefined {
  if (/^[\w-][\w.-]*$/.test(text)) return text;
  const path = home(text).replace(/^\$\{workspaceFolder\}/, () => workspaceFolder ?? '${workspaceFolder}');
  if (isAbsolute(path)) return path;
  return workspaceFolder === null || path.startsWith('${') ? undefined : resolve(workspaceFolder, path);
}

const home = (path: string): string => (/^~(?=$|[\\/])/.test(path) ? join(homedir(), path.slice(1)) : path);

const shown = (raw: unknown): string => {
  const text = JSON.stringify(raw) ?? String(raw);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};
