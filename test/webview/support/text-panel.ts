import type { PanelEntries } from './serve';
import { recordedTextScripts } from './text-record';
import { textRecordingsOf } from './text-states';

/** The text panel's page, for `openBrowser`. */
export const textPanel: PanelEntries = {
  host: 'test/webview/support/fake-text-host.ts',
  script: 'webview/text/main.tsx',
  style: 'webview/styles/text-panel.css',
  recordings: { of: textRecordingsOf, scripts: recordedTextScripts },
};
