import { gatherRows } from './gather.rows';
import { testRows } from './test-rows';

testRows(gatherRows);
