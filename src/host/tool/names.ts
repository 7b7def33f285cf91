/** As package.json declares them. */
export const imageToolName = 'attentionLens_explainImage';
export const textToolName = 'attentionLens_explainText';
