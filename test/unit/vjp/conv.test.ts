import { convRows } from './conv.rows';
import { testRows } from './test-rows';

testRows(convRows);
