package io.kubejar.standalone;

import io.kubejar.apimachinery.network.IpRange;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.services.PortRange;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What Services may get. The names of the options are those of kube-apiserver.
final class ServiceChoice {
  @Option(
      names = "--service-cluster-ip-range",
      paramLabel = "CIDR",
      split = ",",
      description = "addresses for Services: one range, or one of each IP family")
  private List<String> ranges = List.of();

  @Option(
      names = "--service-node-port-range",
      paramLabel = "PORTS",
      description = "ports of nodes for Services, such as 30000-32767")
  private @Nullable String nodePorts;

  void check() {
    try {
      var families = ranges.stream().map(range -> IpRange.of(range).family()).toList();
      if (families.size() > 2 || families.stream().distinct().count() != families.size()) {
        throw CommandFailure.usage(
            "--service-cluster-ip-range takes one range, or one of each IP family");
      }
      ports();
    } catch (IllegalArgumentException malformed) {
      throw CommandFailure.usage(String.valueOf(malformed.getMessage()));
    }
  }

  private PortRange ports() {
    return nodePorts == null ? PortRange.DEFAULT : PortRange.of(nodePorts);
  }

  ApiServerOptions apply(ApiServerOptions options) {
    var changed = options.withNodePorts(ports());
    return ranges.isEmpty() ? changed : changed.withServiceCidrs(ranges);
  }
}
