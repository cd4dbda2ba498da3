package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Operations.cluster;
import static io.kubejar.standalone.conformance.Operations.namespaced;

import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonString;

/// The kinds of dynamic resource allocation.
final class ResourceClaimsTest {
  private static final String AREA = "[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 ";
  private static final String GROUP = "resource.k8s.io/v1";

  @Conformance(AREA + "DeviceClass")
  void deviceClasses(Api api) throws Exception {
    cluster(
            api,
            GROUP,
            "deviceclasses",
            """
            apiVersion: resource.k8s.io/v1
            kind: DeviceClass
            spec: {selectors: [{cel: {expression: 'device.driver == "test.example.com"'}}]}
            """)
        .patchedWith("{spec: {extendedResourceName: example.com/device}}")
        .updatedWith(
            "spec.selectors.0.cel.expression",
            new JsonString("device.driver == \"other.example.com\""))
        .requireAll();
  }

  @Conformance(AREA + "ResourceClaim")
  void claims(Api api) throws Exception {
    namespaced(
            api,
            GROUP,
            "resourceclaims",
            """
            apiVersion: resource.k8s.io/v1
            kind: ResourceClaim
            spec:
              devices:
                requests: [{name: req-0, exactly: {deviceClassName: example.com}}]
            """)
        .requireAll();
  }

  @Conformance(AREA + "ResourceClaimTemplate")
  void templatesOfClaims(Api api) throws Exception {
    namespaced(
            api,
            GROUP,
            "resourceclaimtemplates",
            """
            apiVersion: resource.k8s.io/v1
            kind: ResourceClaimTemplate
            spec:
              spec:
                devices:
                  requests: [{name: req-0, exactly: {deviceClassName: example.com}}]
            """)
        .requireAll();
  }

  @Conformance(AREA + "ResourceSlice")
  void slices(Api api) throws Exception {
    cluster(
            api,
            GROUP,
            "resourceslices",
            """
            apiVersion: resource.k8s.io/v1
            kind: ResourceSlice
            spec:
              driver: test.example.com
              nodeName: some-node
              pool: {name: some-node, generation: 1, resourceSliceCount: 1}
              devices: [{name: device-0}]
            """)
        .updatedWith("spec.pool.generation", JsonNumber.of(2))
        .requireAll();
  }
}
