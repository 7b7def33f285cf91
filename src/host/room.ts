import type { ExtensionContext } from 'vscode';
import type { PanelRoom } from './panels/panel-room';
import type { Panels } from './panels/panels';

/** What every part of the extension has at hand; made once by activate(), which starts nothing. */
export interface Room extends PanelRoom {
  readonly context: ExtensionContext;
  readonly panels: Panels;
}
