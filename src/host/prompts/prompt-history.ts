import type { Memento } from 'vscode';
import { readSets, remembered, without, type PromptSets } from './history';

const key = 'prompts.history';

/** Sets of prompts that were explained in this workspace. */
export class PromptHistory {
  constructor(private readonly memento: Memento) {}

  get sets(): PromptSets {
    return readSets(this.memento.get(key));
  }

  async add(prompts: readonly string[]): Promise<void> {
    await this.memento.update(key, remembered(this.sets, prompts));
  }

  async remove(prompts: readonly string[]): Promise<void> {
    await this.memento.update(key, without(this.sets, prompts));
  }
}
