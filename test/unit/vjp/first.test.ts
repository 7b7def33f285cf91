import { firstRows } from './first.rows';
import { testRows } from './test-rows';

testRows(firstRows);
