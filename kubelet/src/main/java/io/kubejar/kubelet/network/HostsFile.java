package io.kubejar.kubelet.network;

import io.kubejar.api.core.v1.Pod;
import java.util.List;

/// A pod's names and its /etc/hosts.
public final class HostsFile {
  private static final int HOSTNAME_MAX = 63;

  private HostsFile() {}

  /// The host name of the pod's UTS namespace.
  public static String hostname(Pod pod, String clusterDomain) {
    var override = pod.spec().hostnameOverride();
    if (override != null && !override.isEmpty()) {
      return override;
    }
    String name = pod.spec().hostname().isEmpty() ? pod.metadata().name() : pod.spec().hostname();
    name = name.length() > HOSTNAME_MAX ? trimmed(name) : name;
    String domain = domain(pod, clusterDomain);
    return Boolean.TRUE.equals(pod.spec().setHostnameAsFQDN()) && !domain.isEmpty()
        ? name + "." + domain
        : name;
  }

  private static String trimmed(String name) {
    String cut = name.substring(0, HOSTNAME_MAX);
    int end = cut.length();
    while (end > 0 && (cut.charAt(end - 1) == '-' || cut.charAt(end - 1) == '.')) {
      end--;
    }
    return cut.substring(0, end);
  }

  private static String domain(Pod pod, String clusterDomain) {
    return pod.spec().subdomain().isEmpty()
        ? ""
        : pod.spec().subdomain() + "." + pod.metadata().namespace() + ".svc." + clusterDomain;
  }

  public static String text(Pod pod, List<String> ips, String clusterDomain) {
    var out =
        new StringBuilder(
            """
            # Kubernetes-managed hosts file.
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters
            """);
    String host = hostname(pod.withSpec(pod.spec().withSetHostnameAsFQDN(null)), clusterDomain);
    String domain = domain(pod, clusterDomain);
    for (String ip : ips) {
      out.append(ip).append('\t');
      out.append(domain.isEmpty() ? host : host + "." + domain + "\t" + host).append('\n');
    }
    if (!pod.spec().hostAliases().isEmpty()) {
      out.append("\n# Entries added by HostAliases.\n");
      for (var alias : pod.spec().hostAliases()) {
        out.append(alias.ip())
            .append('\t')
            .append(String.join("\t", alias.hostnames()))
            .append('\n');
      }
    }
    return out.toString();
  }
}
