import { App, Stack } from 'aws-cdk-lib';
import { GatedRepository } from '../src';
const app = new App(); const stack = new Stack(app, 'Shop');
new GatedRepository(stack, 'Web', { lifecycleRules: [{ maxImageCount: 0 }, {maxImageCount: 4, rulePriority: 1, tagPatternList:['x']}] });
try { app.synth(); } catch (e: any) { console.log('MESSAGE', e.message); console.log('STACK', e.stack) }
