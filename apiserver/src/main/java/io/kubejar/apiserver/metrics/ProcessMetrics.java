package io.kubejar.apiserver.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;

/// What the process that this server lives in uses, under the names all Prometheus clients have.
public final class ProcessMetrics {
  private ProcessMetrics() {}

  public static void register(PrometheusRegistry registry) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    gauge(
        registry,
        "process_start_time_seconds",
        "When the process began, in seconds since 1970",
        () -> runtime.getStartTime() / 1e3);
    var threads = ManagementFactory.getThreadMXBean();
    gauge(registry, "jvm_threads_current", "Platform threads", threads::getThreadCount);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      CounterWithCallback.builder()
          .name("process_cpu_seconds_total")
          .help("Processor time of the process")
          .callback(counter -> counter.call(system.getProcessCpuTime() / 1e9))
          .register(registry);
      gauge(
          registry,
          "process_virtual_memory_bytes",
          "Memory the process has reserved",
          system::getCommittedVirtualMemorySize);
      if (system instanceof UnixOperatingSystemMXBean unix) {
        gauge(registry, "process_open_fds", "Open files", unix::getOpenFileDescriptorCount);
        gauge(registry, "process_max_fds", "Allowed files", unix::getMaxFileDescriptorCount);
      }
    }
  }

  private static void gauge(
      PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> gauge.call(value.getAsDouble()))
        .register(registry);
  }
}
