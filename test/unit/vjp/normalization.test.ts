import { normalizationRows } from './normalization.rows';
import { testRows } from './test-rows';

testRows(normalizationRows);
