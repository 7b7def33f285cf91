import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { commandNames } from '../../../src/host/commands/names';
import { imageExtensions } from '../../../src/host/image-types';
import { bundledModels } from '../../../src/host/models';
import { readSettings, settingNames } from '../../../src/host/settings';
import { colourMaps } from '../../../src/shared/colour/maps';
import { colourMapNames } from '../../../src/shared/colour/names';
import { methods } from '../../../src/shared/explanation';
import { saliencyMethods } from '../../../src/shared/text/explanation';

/** package.json against the code: what is declared exists, and what exists is declared. */

const root = join(import.meta.dirname, '../../..');
const text = readFileSync(join(root, 'package.json'), 'utf8');
const strings = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;

interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}
interface Property {
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly pattern?: string;
  readonly scope: string;
  readonly order: number;
}
const manifest = JSON.parse(text) as {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly enablement?: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly submenus: readonly { readonly id: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Property>> };
    readonly languageModelTools: readonly {
      readonly name: string;
      readonly inputSchema: { readonly properties: { readonly method: { readonly enum: readonly string[] } } };
    }[];
  };
};
const { contributes } = manifest;

/** All sources of the extension in one text. */
const sources = readdirSync(join(root, 'src/host'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(root, 'src/host', name), 'utf8'))
  .join('\n');

const declared = contributes.commands.map(({ command }) => command);
const sorted = (list: Iterable<string>): string[] => [...list].sort();
const found = (pattern: RegExp, within: string): string[] => [...within.matchAll(pattern)].map(([, name]) => name!);

void test('each declared command has a handler, and each handler is declared', () => {
  assert.deepEqual(sorted(declared), sorted(commandNames.map((name) => `attentionLens.${name}`)));
  assert.equal(new Set(declared).size, declared.length);
  // The handlers are one record over commandNames, which the compiler checks; nothing is registered beside it.
  assert.equal(sources.match(/registerCommand\(/g)?.length, 1);
});

void test('menus, links and code name only commands that exist', () => {
  const known = new Set([
    ...declared,
    ...Object.values(contributes.views)
      .flat()
      .map(({ id }) => `${id}.focus`),
  ]);
  const items = Object.values(contributes.menus).flat();
  const named = [
    ...items.flatMap(({ command }) => command ?? []),
    ...found(/command:(attentionLens[\w.]+)/g, JSON.stringify(strings)),
    ...found(/onCommand:(attentionLens[\w.]+)/g, text),
    ...found(/(?:executeCommand\(|command: |\.command = )'(attentionLens\.[\w.]+)'/g, sources),
  ];
  assert.deepEqual(
    named.filter((name) => !known.has(name)),
    [],
  );
  const submenus = contributes.submenus.map(({ id }) => id);
  assert.deepEqual(sorted(items.flatMap(({ submenu }) => submenu ?? [])), sorted(submenus));
  for (const id of submenus) assert.ok((contributes.menus[id] ?? []).length > 0);
});

void test('a command that is nothing without its argument, or the twin of another, is not in the palette', () => {
  const hidden = contributes.menus['commandPalette']!.filter(({ when }) => when === 'false');
  const expected = declared.filter((name) => /\.(showHead$|sortedHeadsBy)/.test(name));
  assert.deepEqual(sorted(hidden.map(({ command }) => command!)), sorted(expected));
});

void test('each string is there, and none is left over', () => {
  const used = new Set(found(/"%([\w.-]+)%"/g, text));
  assert.deepEqual(sorted(used), sorted(Object.keys(strings)));
  for (const [key, value] of Object.entries(strings)) assert.ok(value.trim() !== '', key);
});

void test('each setting is declared and read, with the default that the code falls back to', () => {
  const { properties } = contributes.configuration;
  assert.deepEqual(
    Object.entries(properties)
      .sort(([, a], [, b]) => a.order - b.order)
      .map(([name]) => name),
    settingNames.map((name) => `attentionLens.${name}`),
  );
  const asked = new Set<string>();
  const warnings: string[] = [];
  const read = (get: (name: string) => unknown) =>
    readSettings({ get, warn: (sentence) => warnings.push(sentence), workspaceFolder: null });
  const byDefault = read((name) => {
    asked.add(name);
    return properties[`attentionLens.${name}`]!.default;
  });
  assert.deepEqual(sorted(asked), sorted(settingNames));
  assert.deepEqual(warnings, []);
  assert.deepEqual(
    { ...byDefault, model: null, textModel: null },
    read(() => undefined),
  );
  assert.equal(byDefault.model, bundledModels.image[0]);
  assert.equal(byDefault.textModel, bundledModels.text[0]);
  for (const name of Object.values(bundledModels).flat())
    assert.ok(existsSync(join(root, 'models', name, 'config.json')), name);
});

void test('choices of the manifest are those of the code', () => {
  const property = (name: string): Property => contributes.configuration.properties[`attentionLens.${name}`]!;
  assert.deepEqual(property('method').enum, methods);
  assert.deepEqual(property('colourMap').enum, colourMapNames);
  assert.deepEqual(sorted(colourMapNames), sorted(Object.keys(colourMaps)));
  assert.deepEqual(property('saliencyMethod').enum, saliencyMethods);
  assert.deepEqual(
    contributes.languageModelTools.map(({ inputSchema }) => inputSchema.properties.method.enum),
    [methods, saliencyMethods],
  );
  for (const { enum: choices, enumDescriptions } of Object.values(contributes.configuration.properties))
    assert.equal(choices?.length, enumDescriptions?.length);
  const pattern = new RegExp(property('layers').pattern!);
  for (const good of ['recommended', 'last', 'ALL'.toLowerCase(), '5', '0-5', ' 0 – 5 ', ''])
    assert.match(good, pattern);
  for (const bad of ['first', '0-', '-1', '1,2']) assert.doesNotMatch(bad, pattern);
});

void test('paths, executables and providers are no matter of an untrusted workspace', () => {
  const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  const names = ['model', 'textModel', 'executionProvider', 'nodePath'].map((name) => `attentionLens.${name}`);
  assert.deepEqual(sorted(restrictedConfigurations), sorted(names));
  for (const name of names) assert.match(contributes.configuration.properties[name]!.scope, /^machine/);
  assert.equal(contributes.configuration.properties['attentionLens.nodePath']!.scope, 'machine');
});

void test('menus are offered for the images that the code takes, in any case, and for no other file', () => {
  const clauses = Object.values(contributes.menus)
    .flat()
    .flatMap(({ when }) => found(/resourceExtname =~ \/(.+)\/i/g, when ?? ''));
  assert.equal(clauses.length, 2);
  for (const clause of clauses) {
    const pattern = new RegExp(clause, 'i');
    for (const extension of imageExtensions) assert.match(`.${extension.toUpperCase()}`, pattern);
    for (const other of ['.txt', '.pngx', '.mp4', '.onnx', '']) assert.doesNotMatch(other, pattern);
  }
});

void test('context keys in when clauses are set by the code', () => {
  const clauses = [
    ...Object.values(contributes.menus)
      .flat()
      .map(({ when }) => when),
    ...contributes.commands.map(({ enablement }) => enablement),
    ...found(/"onContext:([\w.]+)"/g, text),
  ].join('\n');
  const ids = new Set(
    Object.values(contributes.views)
      .flat()
      .map(({ id }) => id),
  );
  const keys = new Set(found(/(attentionLens\.\w+)/g, clauses).filter((key) => !ids.has(key)));
  assert.ok(keys.size >= 3);
  for (const key of keys) {
    const short = key.slice('attentionLens.'.length);
    assert.ok(sources.includes(`'${key}'`) || sources.includes(`set('${short}'`), key);
  }
});

void test('views, welcomes and tools of the manifest are the code’s', () => {
  const ids = Object.values(contributes.views)
    .flat()
    .map(({ id }) => id);
  for (const id of ids) assert.ok(sources.includes(`createTreeView('${id}'`), id);
  assert.deepEqual(sorted(new Set(contributes.viewsWelcome.map(({ view }) => view))), sorted(ids));
  for (const { name } of contributes.languageModelTools) assert.ok(sources.includes(`'${name}'`), name);
});

void test('icons, media and the samples behind them exist', () => {
  const files = found(/"((?:media|models)\/[\w./-]+)"/g, text);
  assert.ok(files.length > 5);
  assert.deepEqual(
    files.filter((file) => !existsSync(join(root, file))),
    [],
  );
  const samples = JSON.parse(readFileSync(join(root, 'media/samples/samples.json'), 'utf8')) as { image: string }[];
  for (const { image } of samples) assert.ok(existsSync(join(root, 'media/samples', image)), image);
  const linked = found(/openSample\?([\w%.]+)/g, JSON.stringify(strings)).flatMap(
    (argument) => JSON.parse(decodeURIComponent(argument)) as string[],
  );
  assert.ok(linked.length > 0);
  for (const name of linked)
    assert.ok(
      samples.some(({ image }) => image === name),
      name,
    );
});

void test('panels of every kind come back with the window', () => {
  const types = found(/PanelType = '(attentionLens\.\w+)'/g, sources);
  assert.deepEqual(sorted(manifest.activationEvents), sorted(types.map((type) => `onWebviewPanel:${type}`)));
  assert.equal(sources.match(/serializer\((?:image|text)PanelType/g)?.length, types.length);
});

void test('texts are explained where one has the caret in one: one entry for a selection, one for several', () => {
  const entries = contributes.menus['editor/context']!.map(({ command, when }) => `${command} ${when}`);
  assert.deepEqual(entries, [
    'attentionLens.explainText editorTextFocus && !editorHasMultipleSelections',
    'attentionLens.explainTextPair editorTextFocus && editorHasMultipleSelections',
  ]);
});
