import { resizeRows } from './resize.rows';
import { testRows } from './test-rows';

testRows(resizeRows);
