import type { ExtensionContext } from 'vscode';
import type { PanelRequest } from '../shared/panel-protocol';
import type { TextPanelRequest } from '../shared/text/panel-protocol';
import type { Front } from './front';
import type { ImagePanel } from './panels/image-panel';
import type { PanelRoom } from './panels/panel-room';
import type { Panels } from './panels/panels';
import type { TextPanel } from './panels/text-panel';

/** What every part of the extension has at hand; made once by activate(), which starts nothing. */
export interface Room extends PanelRoom {
  readonly context: ExtensionContext;
  /** Of images. */
  readonly panels: Panels<ImagePanel, PanelRequest>;
  /** Of texts. */
  readonly texts: Panels<TextPanel, TextPanelRequest>;
  /** Whichever panel is in front. */
  readonly front: Front;
}
