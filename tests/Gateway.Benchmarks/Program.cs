using BenchmarkDotNet.Running;
using Gateway.Benchmarks;

BenchmarkSwitcher.FromTypes([typeof(TranslationBenchmarks)]).Run(args);
