package io.kubejar.kubelet.network;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.cri.runtime.v1.DNSConfig;
import io.kubejar.kubelet.KubeletOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// What a pod's resolv.conf says.
public final class DnsConfigs {
  private static final String NDOTS = "ndots:5";

  private DnsConfigs() {}

  public static DNSConfig of(Pod pod, KubeletOptions.Network names) throws IOException {
    var spec = pod.spec();
    var host = read(names.resolvConf());
    boolean cluster =
        spec.dnsPolicy().equals("ClusterFirstWithHostNet")
            || ((spec.dnsPolicy().equals("ClusterFirst") || spec.dnsPolicy().isEmpty())
                && !spec.hostNetwork());
    List<String> servers;
    List<String> searches;
    List<String> options;
    if (spec.dnsPolicy().equals("None")) {
      servers = List.of();
      searches = List.of();
      options = List.of();
    } else if (cluster && !names.clusterDns().isEmpty()) {
      String domain = names.clusterDomain();
      var all = new ArrayList<String>();
      all.add(pod.metadata().namespace() + ".svc." + domain);
      all.add("svc." + domain);
      all.add(domain);
      all.addAll(host.getSearchesList());
      servers = names.clusterDns();
      searches = all;
      options = List.of(NDOTS);
    } else {
      servers = host.getServersList();
      searches = host.getSearchesList();
      options = host.getOptionsList();
    }
    return merged(pod, servers, searches, options);
  }

  private static DNSConfig merged(
      Pod pod, List<String> servers, List<String> searches, List<String> options) {
    var own = pod.spec().dnsConfig();
    if (own == null) {
      return config(servers, searches, options);
    }
    var allServers = new LinkedHashSet<>(servers);
    allServers.addAll(own.nameservers());
    var allSearches = new LinkedHashSet<>(searches);
    allSearches.addAll(own.searches());
    Map<String, String> byName = new LinkedHashMap<>();
    options.forEach(option -> byName.put(option.split(":", 2)[0], option));
    for (var option : own.options()) {
      String value = option.value();
      byName.put(
          option.name(),
          value == null || value.isEmpty() ? option.name() : option.name() + ":" + value);
    }
    return config(List.copyOf(allServers), List.copyOf(allSearches), List.copyOf(byName.values()));
  }

  private static DNSConfig config(
      List<String> servers, List<String> searches, List<String> options) {
    return DNSConfig.newBuilder()
        .addAllServers(servers)
        .addAllSearches(searches)
        .addAllOptions(options)
        .build();
  }

  private static DNSConfig read(Path file) throws IOException {
    var config = DNSConfig.newBuilder();
    if (!Files.exists(file)) {
      return config.build();
    }
    for (String line : Files.readAllLines(file)) {
      var words = List.of(line.strip().split("\\s+"));
      switch (words.getFirst()) {
        case "nameserver" -> words.stream().skip(1).limit(1).forEach(config::addServers);
        case "search" -> {
          config.clearSearches();
          words.stream().skip(1).filter(word -> !word.equals(".")).forEach(config::addSearches);
        }
        case "options" -> {
          config.clearOptions();
          words.stream().skip(1).forEach(config::addOptions);
        }
        default -> {}
      }
    }
    return config.build();
  }
}
