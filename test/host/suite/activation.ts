import assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';

export function activation(): void {
  const extension = extensions.getExtension('attention-lens.attention-lens')!;

  it('only registers', async () => {
    await extension.activate();
    assert.ok(extension.isActive);
  });

  it('every command of the manifest is there', async () => {
    const manifest = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    const known = new Set(await commands.getCommands(true));
    for (const { command } of manifest.contributes.commands)
      assert.ok(known.has(command), `${command} is not registered`);
  });
}
