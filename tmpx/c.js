const { App, Stack } = require('/tmp/wt/C/node_modules/aws-cdk-lib-newest');
const app = new App(); const s = new Stack(app,'Shop'); s.node.addValidation({validate:()=>['X: a\n  - b', 'Y: c']});
app.synth();
