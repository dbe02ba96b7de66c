import { describe } from 'vitest';
import { provisionerContract } from '../contract/provisioner.contract.ts';
import { openCluster } from './open-cluster.ts';

describe('the kubernetes provisioner on a real cluster', () => provisionerContract(() => openCluster()));
