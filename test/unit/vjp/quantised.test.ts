import { quantisedRows } from './quantised.rows';
import { testRows } from './test-rows';

testRows(quantisedRows);
