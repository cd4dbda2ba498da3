package io.kubejar.apiserver.services;

import static io.kubejar.apiserver.services.ServiceFields.NONE;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.network.IpText;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.validation.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Of which families the addresses of a Service are: one or both, in which order. Pure.
final class IpFamilies {
  static final String SINGLE = "SingleStack";
  static final String PREFER_DUAL = "PreferDualStack";
  static final String REQUIRE_DUAL = "RequireDualStack";

  private static final String POLICY = "spec.ipFamilyPolicy";

  private final List<String> configured;
  private final Service service;
  private final @Nullable ServiceSpec was;
  private final List<FieldError> errors = new ArrayList<>();
  private final List<String> families;
  private List<String> addresses;
  private String policy = "";

  private IpFamilies(List<String> configured, Service service, @Nullable ServiceSpec was) {
    this.configured = configured;
    this.service = service;
    this.was = was;
    families = new ArrayList<>(service.spec().ipFamilies());
    addresses = service.spec().clusterIPs();
  }

  /// Fills in the policy and the families, and takes away the second address of a Service that
  /// shall have one only.
  ///
  /// @param configured the families of this cluster, the default one first
  /// @param was the state before; null for a new Service
  /// @throws ApiException 422 if what is wanted contradicts itself or the cluster cannot give it
  static Service settled(List<String> configured, Service service, @Nullable ServiceSpec was) {
    if (ServiceFields.isExternal(service.spec()) || staysPreferringDual(service.spec(), was)) {
      return service;
    }
    return new IpFamilies(configured, service, was).settled();
  }

  /// Whether nothing changes for a Service that takes what it gets: it keeps what it got, even when
  /// the cluster could give more, or less, by now.
  static boolean staysPreferringDual(ServiceSpec now, @Nullable ServiceSpec was) {
    return was != null
        && PREFER_DUAL.equals(now.ipFamilyPolicy())
        && was.type().equals(now.type())
        && ServiceFields.needsClusterIp(now)
        && (was.ipFamilyPolicy() == null || was.ipFamilyPolicy().equals(PREFER_DUAL))
        && was.clusterIPs().equals(now.clusterIPs())
        && was.ipFamilies().equals(now.ipFamilies());
  }

  private Service settled() {
    policy = policy();
    errors.addAll(Validation.clusterAddresses(service));
    refuseIfWrong();
    if (was != null) {
      checkReduction(was);
    }
    checkSingle();
    inferFromAddresses();
    refuseIfWrong();
    if (isHeadlessWithoutSelector()) {
      addFamilies(2);
    } else {
      checkConfigured();
      refuseIfWrong();
      addFamilies(configured.size());
    }
    return service.withSpec(
        service
            .spec()
            .withIpFamilyPolicy(policy)
            .withClusterIPs(addresses)
            .withIpFamilies(families));
  }

  private boolean isHeadlessWithoutSelector() {
    return service.spec().clusterIP().equals(NONE) && service.spec().selector().isEmpty();
  }

  /// Never changes between one family and two unless somebody says so.
  private String policy() {
    var own = service.spec().ipFamilyPolicy();
    if (own != null) {
      return own;
    }
    if (was != null && was.ipFamilyPolicy() != null) {
      return was.ipFamilyPolicy();
    }
    return isHeadlessWithoutSelector() ? REQUIRE_DUAL : SINGLE;
  }

  /// Giving up the second family must be said by the policy; then it need not be said elsewhere.
  private void checkReduction(ServiceSpec before) {
    if (policy.equals(SINGLE)) {
      if (addresses.equals(before.clusterIPs()) && addresses.size() > 1) {
        addresses = addresses.subList(0, 1);
      }
      if (families.equals(before.ipFamilies()) && families.size() > 1) {
        families.subList(1, families.size()).clear();
      }
      return;
    }
    if (!addresses.isEmpty() && addresses.size() < before.clusterIPs().size()) {
      wrong(POLICY, policy, "must be 'SingleStack' to release the secondary cluster IP");
    }
    if (!families.isEmpty() && families.size() < before.ipFamilies().size()) {
      wrong(POLICY, policy, "must be 'SingleStack' to release the secondary IP family");
    }
  }

  private void checkSingle() {
    if (!policy.equals(SINGLE)) {
      return;
    }
    var dual = "must be 'RequireDualStack' or 'PreferDualStack' when multiple ";
    if (addresses.size() == 2) {
      wrong(POLICY, policy, dual + "cluster IPs are specified");
    }
    if (families.size() == 2) {
      wrong(POLICY, policy, dual + "IP families are specified");
    }
  }

  private void inferFromAddresses() {
    for (int i = 0; i < addresses.size() && !addresses.get(i).equals(NONE); i++) {
      if (i < families.size()) {
        continue; // Validation has checked that the two go together.
      }
      var family = IpText.family(addresses.get(i));
      if (configured.contains(family)) {
        families.add(family);
      } else {
        wrong(
            "spec.clusterIPs[" + i + "]", addresses, family + " is not configured on this cluster");
      }
    }
  }

  private void checkConfigured() {
    if (policy.equals(REQUIRE_DUAL) && configured.size() < 2) {
      wrong(POLICY, policy, "this cluster is not configured for dual-stack services");
    }
    for (int i = 0; i < families.size(); i++) {
      if (!configured.contains(families.get(i))) {
        wrong("spec.ipFamilies[" + i + "]", families.get(i), "not configured on this cluster");
      }
    }
  }

  /// Adds the default family if there is none, and the other one if two are wanted and to be had.
  private void addFamilies(int available) {
    if (families.isEmpty()) {
      families.add(configured.getFirst());
    }
    if (families.size() == 1 && available == 2 && !policy.equals(SINGLE)) {
      families.add(Objects.equals(families.getFirst(), "IPv4") ? "IPv6" : "IPv4");
    }
  }

  private void wrong(String field, Object value, String why) {
    errors.add(FieldError.invalid(field, value, why));
  }

  private void refuseIfWrong() {
    FieldError.throwIfAny(errors, service);
  }
}
