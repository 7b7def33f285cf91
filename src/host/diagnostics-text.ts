import type { Diagnostics, LibraryState } from '../engine/protocol';

/** What the extension itself knows. */
export interface HostFacts {
  readonly extension: string;
  readonly editor: string;
  readonly system: string;
  readonly node: string;
  readonly trusted: boolean;
  readonly engineState: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The last one of this window. */
  readonly failure: { readonly time: number; readonly error: Error } | null;
}

/** The text of "Copy Diagnostics": Markdown, so that it reads well in an issue. `engine`: an Error where it did not answer. */
export function diagnosticsText(facts: HostFacts, engine: Diagnostics | Error): string {
  const lines = [
    '## Attention Lens',
    `- extension: ${facts.extension}`,
    `- editor: ${facts.editor}`,
    `- system: ${facts.system}`,
    `- node: ${facts.node}`,
    `- workspace trusted: ${facts.trusted ? 'yes' : 'no'}`,
    '',
    '## Settings',
    ...Object.entries(facts.settings).map(([name, value]) => `- ${name}: ${JSON.stringify(value)}`),
    '',
    '## Engine',
    `- state: ${facts.engineState}`,
    ...(engine instanceof Error ? [`- no answer: ${engine.message}`] : engineLines(engine)),
    '',
    '## Last error',
    ...failureLines(facts.failure),
  ];
  return `${lines.join('\n')}\n`;
}

function engineLines({
  pid,
  node,
  electron,
  platform,
  arch,
  onnxruntime,
  executionProviders,
  sharp,
  memory,
  sessions,
}: Diagnostics): string[] {
  return [
    `- process: ${pid}, node ${node}, Electron ${electron ?? 'none'}, ${platform} ${arch}`,
    `- onnxruntime-node: ${library(onnxruntime)}; execution providers: ${executionProviders.join(', ') || 'unknown'}`,
    `- sharp: ${library(sharp)}`,
    `- memory: ${megabytes(memory.resident)} resident, ${megabytes(memory.heap)} heap; machine ${megabytes(memory.free)} free of ${megabytes(memory.total)}`,
    `- sessions: ${sessions.length === 0 ? 'none' : ''}`.trimEnd(),
    ...sessions.map(
      ({ files, bytes, inUse }) => `  - ${files.join(', ')} (${megabytes(bytes)}${inUse ? ', in use' : ''})`,
    ),
  ];
}

const library = ({ version, error }: LibraryState): string =>
  version ?? (error === null ? 'not loaded' : `does not load: ${error}`);

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

function failureLines(failure: HostFacts['failure']): string[] {
  if (!failure) return ['none since the window was opened'];
  const { time, error } = failure;
  return [new Date(time).toISOString(), '```', error.stack ?? error.message, '```'];
}
