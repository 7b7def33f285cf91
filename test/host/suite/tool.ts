import assert from 'node:assert/strict';
import { LanguageModelTextPart, lm } from 'vscode';
import { inWorkspace } from '../support/lens';

interface Answer {
  readonly model: { readonly name: string };
  readonly prompts: readonly {
    readonly text: string;
    readonly probability: number;
    readonly words: readonly { readonly word: string; readonly share: number }[];
    readonly strongestPatches: readonly { readonly box: { readonly width: number } }[];
    readonly relevance?: readonly (readonly number[])[];
  }[];
  readonly notes: readonly string[];
}

interface TextAnswer {
  readonly target: { readonly name: string };
  readonly tokens: readonly { readonly token: string; readonly saliency: number; readonly relevance: number }[];
  readonly notes: readonly string[];
}

async function answered(name: string, input: object): Promise<unknown> {
  const { content } = await lm.invokeTool(name, { input, toolInvocationToken: undefined });
  const [part] = content;
  assert.ok(part instanceof LanguageModelTextPart);
  return JSON.parse(part.value);
}

const invoked = async (input: object) => (await answered('attentionLens_explainImage', input)) as Answer;
const invokedText = async (input: object) => (await answered('attentionLens_explainText', input)) as TextAnswer;

/** The language-model tool, as an assistant calls it. */
export function tool(): void {
  it('is offered with its schema', () => {
    const found = lm.tools.find(({ name }) => name === 'attentionLens_explainImage');
    assert.ok(found);
    assert.match(found.description, /drawings and emoji, not photographs/);
    assert.deepEqual((found.inputSchema as { required: string[] }).required, ['image', 'prompts']);
  });

  it('answers with few, named numbers', async () => {
    const { model, prompts, notes } = await invoked({ image: 'space.png', prompts: ['a rocket in space', 'a cow'] });
    assert.equal(model.name, 'emoji-clip');
    assert.deepEqual(prompts.map(({ text }) => text), ['a rocket in space', 'a cow']); // prettier-ignore
    assert.ok(prompts[0]!.probability > 0.99);
    assert.deepEqual(prompts[0]!.words.map(({ word }) => word), ['a', 'rocket', 'in', 'space']); // prettier-ignore
    assert.equal(prompts[0]!.strongestPatches.length, 5);
    assert.ok(prompts[0]!.strongestPatches.every(({ box }) => box.width > 0));
    assert.equal(prompts[0]!.relevance, undefined);
    assert.ok(notes.length >= 2);
  });

  it('takes paths and URIs, a method, layers and the grid', async () => {
    const { fsPath } = inWorkspace('meadow.jpg');
    const options = { method: 'signed', layers: 'last', grid: true };
    const byPath = await invoked({ image: fsPath, prompts: ['a dog'], ...options });
    const byUri = await invoked({ image: inWorkspace('meadow.jpg').toString(), prompts: ['a dog'], ...options });
    assert.deepEqual(byPath.prompts, byUri.prompts);
    assert.equal(byPath.prompts[0]!.relevance!.length, 8);
  });

  it('refuses with a sentence that one can act on', async () => {
    for (const [input, sentence] of [
      [{ image: 'none.png', prompts: ['a cow'] }, /no such file/],
      [{ image: 'space.png', prompts: [] }, /"prompts"/],
      [{ image: 'https://example.org/x.png', prompts: ['a cow'] }, /cannot be read/],
      [{ image: 'space.png', prompts: ['a cow'], layers: '9-1' }, /backwards/],
    ] as const)
      await assert.rejects(invoked(input), sentence);
  });

  it('of a text: tokens with saliency and shares of relevance, and what they mean', async () => {
    const { target, tokens, notes } = await invokedText({ text: 'The quick brown fox.', method: 'mean' });
    assert.equal(target.name, 'sum(last_hidden_state)');
    assert.deepEqual(tokens.map(({ token }) => token).slice(1, 5), ['the', 'quick', 'brown', 'fox']); // prettier-ignore
    const sum = tokens.reduce((total, { relevance }) => total + relevance, 0);
    assert.ok(Math.abs(sum - 1) < 1e-3, String(sum));
    assert.match(notes.join(' '), /zero here by construction/);
    const { tokens: pair } = await invokedText({ text: 'A cow.', pair: 'A dog.' });
    assert.equal(pair.length, 9);
    const { tokens: alone } = await invokedText({ text: 'A cow.', pair: 'A dog.', target: 'similarity' });
    assert.equal(alone.length, 5, 'each text is read alone');
  });

  it('of a text: refuses with a sentence that one can act on', async () => {
    for (const [input, sentence] of [
      [{ text: '' }, /"text"/],
      [{ text: ' ' }, /no text/],
      [{ text: 'a', method: 'shap' }, /"method"/],
      [{ text: 'a', target: 'nothing[0]' }, /nothing/],
    ] as const)
      await assert.rejects(invokedText(input), sentence);
  });
}
