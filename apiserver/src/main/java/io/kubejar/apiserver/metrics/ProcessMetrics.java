package io.kubejar.apiserver.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import jdk.management.VirtualThreadSchedulerMXBean;

/// What the process that this server lives in uses, under the names all Prometheus clients have;
/// what Go programs tell of their heap and their goroutines is told of what comes closest here.
public final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";
  private static final long KIB = 1_024;

  private ProcessMetrics() {}

  public static void register(PrometheusRegistry registry) {
    registerProcess(registry);
    registerThreads(registry);
    registerHeap(registry);
  }

  private static void registerProcess(PrometheusRegistry registry) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    gauge(
        registry,
        "process_start_time_seconds",
        "When the process began, in seconds since 1970",
        () -> runtime.getStartTime() / 1e3);
    GaugeWithCallback.builder()
        .name("process_resident_memory_bytes")
        .help("Memory the process has in use")
        .callback(gauge -> residentBytes().ifPresent(bytes -> gauge.call((double) bytes)))
        .register(registry);
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

  /// Empty where nobody tells.
  private static OptionalLong residentBytes() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
          .findFirst();
    } catch (IOException _) {
      return OptionalLong.empty(); // Another system than Linux.
    }
  }

  private static void registerThreads(PrometheusRegistry registry) {
    var threads = ManagementFactory.getThreadMXBean();
    var virtual = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    gauge(registry, "jvm_threads_current", "Platform threads", threads::getThreadCount);
    gauge(registry, "go_threads", "Platform threads", threads::getThreadCount);
    gauge(
        registry,
        "go_goroutines",
        "Platform threads, and virtual ones that run or could; those that wait are not counted",
        () ->
            threads.getThreadCount()
                + (double) virtual.getMountedVirtualThreadCount()
                + virtual.getQueuedVirtualThreadCount());
    GaugeWithCallback.builder()
        .name("go_info")
        .help("What the program runs on")
        .labelNames("version")
        .callback(gauge -> gauge.call(1, "java" + Runtime.version().feature()))
        .register(registry);
  }

  private static void registerHeap(PrometheusRegistry registry) {
    var memory = ManagementFactory.getMemoryMXBean();
    DoubleSupplier used = () -> memory.getHeapMemoryUsage().getUsed();
    gauge(registry, "go_memstats_alloc_bytes", "Used heap, garbage included", used);
    gauge(registry, "go_memstats_heap_alloc_bytes", "Used heap, garbage included", used);
    gauge(registry, "go_memstats_heap_inuse_bytes", "Used heap, garbage included", used);
    gauge(
        registry,
        "go_memstats_heap_sys_bytes",
        "Heap taken from the system",
        () -> memory.getHeapMemoryUsage().getCommitted());
    gauge(
        registry,
        "go_memstats_sys_bytes",
        "Memory of the machine taken from the system",
        () ->
            memory.getHeapMemoryUsage().getCommitted()
                + (double) memory.getNonHeapMemoryUsage().getCommitted());
    var collectors = ManagementFactory.getGarbageCollectorMXBeans();
    SummaryWithCallback.builder()
        .name("go_gc_duration_seconds")
        .help("Pauses for the collection of garbage")
        .callback(
            summary ->
                summary.call(
                    collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionCount).sum(),
                    collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionTime).sum()
                        / 1e3,
                    Quantiles.EMPTY))
        .register(registry);
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
