using BenchmarkDotNet.Running;
using Gateway.Benchmarks;

BenchmarkSwitcher.FromTypes([typeof(TranslationBenchmarks), typeof(AdmissionBenchmarks)]).Run(args);
