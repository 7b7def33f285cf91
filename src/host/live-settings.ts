import { EventEmitter, workspace, type Disposable, type Event, type LogOutputChannel } from 'vscode';
import { readSettings, type Settings } from './settings';

const section = 'attentionLens';

/**
 * The one way to read a setting. Values are validated once for each change; a wrong one is warned of in the log and replaced by its
 * default. In an untrusted workspace, VS Code itself leaves out what the workspace says of restricted settings (package.json, capabilities).
 */
export class LiveSettings implements Disposable {
  private readonly changed = new EventEmitter<Settings>();
  private readonly subscriptions: Disposable[];
  private values: Settings;
  /** Says each warning once, not once for every keystroke in settings.json. */
  private readonly warned = new Set<string>();

  constructor(private readonly log: LogOutputChannel) {
    this.values = this.read();
    const again = (): void => {
      this.values = this.read();
      this.changed.fire(this.values);
    };
    this.subscriptions = [
      workspace.onDidChangeConfiguration((event) => event.affectsConfiguration(section) && again()),
      workspace.onDidGrantWorkspaceTrust(again),
      workspace.onDidChangeWorkspaceFolders(again),
    ];
  }

  get current(): Settings {
    return this.values;
  }

  /** After any setting of the extension has changed, with all of them. */
  get onDidChange(): Event<Settings> {
    return this.changed.event;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private read(): Settings {
    const configuration = workspace.getConfiguration(section);
    const folder = workspace.workspaceFolders?.[0]?.uri;
    return readSettings({
      get: (name) => configuration.get(name),
      workspaceFolder: folder?.scheme === 'file' ? folder.fsPath : null,
      warn: (sentence) => {
        if (this.warned.has(sentence)) return;
        this.warned.add(sentence);
        this.log.warn(sentence);
      },
    });
  }
}
