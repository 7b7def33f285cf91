import { gridRows } from './grid.rows';
import { testRows } from './test-rows';

testRows(gridRows);
