package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.api.networking.v1.IPBlock;
import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.api.networking.v1.NetworkPolicy;
import io.kubejar.api.networking.v1.NetworkPolicyPeer;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.validation.AddressForms;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// What writers of addresses should hear.
final class NetworkCautions {
  private static final String HINTS = "service.kubernetes.io/topology-aware-hints";
  private static final String EXTERNAL_NAME = "ExternalName";

  private NetworkCautions() {}

  static void service(List<String> warnings, Service service) {
    var spec = service.spec();
    if (service.metadata().annotations().containsKey(HINTS)) {
      warnings.add(
          "annotation "
              + HINTS
              + " is deprecated, please use service.kubernetes.io/topology-mode instead");
    }
    boolean hasAddress = !spec.clusterIP().isEmpty() && !spec.clusterIP().equals("None");
    if (hasAddress) {
      addresses(warnings, "spec.clusterIPs", spec.clusterIPs());
    }
    boolean isHeadless = spec.type().equals("ClusterIP") && spec.clusterIP().equals("None");
    if (isHeadless) {
      headless(warnings, spec);
    }
    addresses(warnings, "spec.externalIPs", spec.externalIPs());
    boolean isName = spec.type().equals(EXTERNAL_NAME);
    if (!spec.externalIPs().isEmpty() && !isHeadless && !isName) {
      warnings.add(
          "spec.externalIPs is deprecated and may no longer be implemented in some clusters");
    }
    if (!spec.loadBalancerIP().isEmpty()) {
      warnings.addAll(AddressForms.address("spec.loadBalancerIP", spec.loadBalancerIP()));
    }
    var ranges = spec.loadBalancerSourceRanges();
    for (int i = 0; i < ranges.size(); i++) {
      var path = "spec.loadBalancerSourceRanges[" + i + "]";
      warnings.addAll(AddressForms.range(path, ranges.get(i)));
    }
    if (isName && !spec.externalIPs().isEmpty()) {
      warnings.add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
    }
    if (!isName && !spec.externalName().isEmpty()) {
      warnings.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
    }
    if ("PreferClose".equals(spec.trafficDistribution())) {
      warnings.add(
          "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
    }
  }

  private static void headless(List<String> warnings, ServiceSpec spec) {
    if (!spec.loadBalancerIP().isEmpty()) {
      warnings.add("spec.loadBalancerIP is ignored for headless services");
    }
    if (!spec.externalIPs().isEmpty()) {
      warnings.add("spec.externalIPs is ignored for headless services");
    }
    if (!spec.sessionAffinity().equals("None")) {
      warnings.add("spec.SessionAffinity is ignored for headless services");
    }
  }

  private static void addresses(List<String> warnings, String path, List<String> addresses) {
    each(warnings, path, "", addresses, address -> address);
  }

  private static <V> void each(
      List<String> warnings, String path, String field, List<V> values, Function<V, String> of) {
    for (int i = 0; i < values.size(); i++) {
      var address = of.apply(values.get(i));
      if (!address.isEmpty()) {
        warnings.addAll(AddressForms.address(path + "[" + i + "]" + field, address));
      }
    }
  }

  static void policy(List<String> warnings, NetworkPolicy policy) {
    var ingress = policy.spec().ingress();
    for (int i = 0; i < ingress.size(); i++) {
      peers(warnings, "spec.ingress[" + i + "].from", ingress.get(i).from());
    }
    var egress = policy.spec().egress();
    for (int i = 0; i < egress.size(); i++) {
      peers(warnings, "spec.egress[" + i + "].to", egress.get(i).to());
    }
  }

  private static void peers(List<String> warnings, String path, List<NetworkPolicyPeer> peers) {
    for (int i = 0; i < peers.size(); i++) {
      IPBlock block = peers.get(i).ipBlock();
      if (block == null) {
        continue;
      }
      var at = path + "[" + i + "].ipBlock";
      warnings.addAll(AddressForms.range(at + ".cidr", block.cidr()));
      for (int j = 0; j < block.except().size(); j++) {
        warnings.addAll(AddressForms.range(at + ".except[" + j + "]", block.except().get(j)));
      }
    }
  }

  /// What controllers write is well-formed.
  static void endpoints(List<String> warnings, Endpoints endpoints) {
    var manager = endpoints.metadata().labels().get("endpoints.kubernetes.io/managed-by");
    if ("endpoint-controller".equals(manager)) {
      return;
    }
    for (int i = 0; i < endpoints.subsets().size(); i++) {
      var subset = endpoints.subsets().get(i);
      var at = "subsets[" + i + "].";
      each(warnings, at + "addresses", ".ip", subset.addresses(), it -> it.ip());
      each(warnings, at + "notReadyAddresses", ".ip", subset.notReadyAddresses(), it -> it.ip());
    }
  }

  static void slice(List<String> warnings, EndpointSlice slice, boolean isNew) {
    if (isNew && slice.addressType().equals("FQDN")) {
      warnings.add("spec.addressType: FQDN endpoints are deprecated");
    }
    var manager =
        slice.metadata().labels().getOrDefault("endpointslice.kubernetes.io/managed-by", "");
    if (Set.of("endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io")
        .contains(manager)) {
      return;
    }
    for (int i = 0; i < slice.endpoints().size(); i++) {
      addresses(warnings, "endpoints[" + i + "].addresses", slice.endpoints().get(i).addresses());
    }
  }

  /// Of a reported status.
  static List<String> ofStatus(KubernetesObject object) {
    var warnings = new ArrayList<String>();
    var balancers = "status.loadBalancer.ingress";
    switch (object) {
      case Pod it -> {
        each(warnings, "status.podIPs", ".ip", it.status().podIPs(), ip -> ip.ip());
        each(warnings, "status.hostIPs", ".ip", it.status().hostIPs(), ip -> ip.ip());
      }
      case Service it ->
          each(warnings, balancers, "", it.status().loadBalancer().ingress(), ip -> ip.ip());
      case Ingress it ->
          each(warnings, balancers, "", it.status().loadBalancer().ingress(), ip -> ip.ip());
      default -> {}
    }
    return warnings;
  }
}
