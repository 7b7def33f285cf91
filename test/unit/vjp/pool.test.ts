import { poolRows } from './pool.rows';
import { testRows } from './test-rows';

testRows(poolRows);
