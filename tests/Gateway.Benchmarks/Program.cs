using BenchmarkDotNet.Running;
using Gateway.Benchmarks;

BenchmarkSwitcher.FromTypes([typeof(RequestBenchmarks), typeof(AnswerBenchmarks), typeof(AdmissionBenchmarks)]).Run(args);
