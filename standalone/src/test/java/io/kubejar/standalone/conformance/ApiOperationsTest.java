package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Operations.cluster;
import static io.kubejar.standalone.conformance.Operations.namespaced;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonString;

/// The kinds of which upstream asks little more than that every verb works.
final class ApiOperationsTest {
  private static final String FAIRNESS = "[sig-api-machinery] API priority and fairness ";
  private static final String VALIDATING =
      "[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] ";
  private static final String MUTATING =
      "[sig-api-machinery] MutatingAdmissionPolicy [Privileged:ClusterAdmin] ";
  private static final String ADMISSION = "admissionregistration.k8s.io/v1";
  private static final String FLOWCONTROL = "flowcontrol.apiserver.k8s.io/v1";
  private static final String DEPLOYMENTS =
      """
        matchConstraints:
          resourceRules:
          - operations: [CREATE]
            apiGroups: [apps]
            apiVersions: [v1]
            resources: [deployments]
      """;

  @Conformance(FAIRNESS + "should support FlowSchema API operations")
  void flowSchemas(Api api) throws Exception {
    var operations =
        cluster(
                api,
                FLOWCONTROL,
                "flowschemas",
                """
                apiVersion: flowcontrol.apiserver.k8s.io/v1
                kind: FlowSchema
                spec:
                  matchingPrecedence: 10000
                  priorityLevelConfiguration: {name: global-default}
                  distinguisherMethod: {type: ByUser}
                  rules:
                  - subjects: [{kind: User, user: {name: example-e2e-non-existent-user}}]
                    nonResourceRules: [{verbs: ['*'], nonResourceURLs: ['*']}]
                """)
            .patchedWith("{spec: {matchingPrecedence: 9999}}")
            .updatedWith("spec.matchingPrecedence", JsonNumber.of(9998));
    operations.requireInDiscovery("status");
    requireWithStatus(operations);
  }

  @Conformance(FAIRNESS + "should support PriorityLevelConfiguration API operations")
  void priorityLevels(Api api) throws Exception {
    var operations =
        cluster(
                api,
                FLOWCONTROL,
                "prioritylevelconfigurations",
                """
                apiVersion: flowcontrol.apiserver.k8s.io/v1
                kind: PriorityLevelConfiguration
                spec:
                  type: Limited
                  limited: {nominalConcurrencyShares: 2, limitResponse: {type: Reject}}
                """)
            .patchedWith("{spec: {limited: {nominalConcurrencyShares: 4}}}")
            .updatedWith("spec.limited.nominalConcurrencyShares", JsonNumber.of(6));
    operations.requireInDiscovery("status");
    requireWithStatus(operations);
  }

  /// As for every kind; a controller writes the status too, so that the watch may see more changes
  /// than the test's own.
  private static void requireWithStatus(Operations operations) throws Exception {
    var name = operations.createThree();
    try (var watch = operations.watch()) {
      operations.requirePatch(name);
      operations.requireUpdate(name);
      var event = watch.next();
      while (!text(event.object(), "metadata.annotations.patched").equals("true")) {
        assertThat(event.type()).isEqualTo("MODIFIED");
        event = watch.next();
      }
      assertThat(event.type()).isEqualTo("MODIFIED");
      assertThat(event.name()).isEqualTo(name);
    }
    operations.requireConditions(name);
    operations.requireDeletion(name);
  }

  @Conformance(VALIDATING + "should support ValidatingAdmissionPolicy API operations")
  void validatingPolicies(Api api) throws Exception {
    var operations =
        cluster(
                api,
                ADMISSION,
                "validatingadmissionpolicies",
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                spec:
                  validations: [{expression: 'object.spec.replicas <= 100'}]
                """
                    + DEPLOYMENTS)
            .patchedWith("{spec: {failurePolicy: Ignore}}")
            .updatedWith("spec.failurePolicy", new JsonString("Fail"));
    operations.requireInDiscovery("status");
    requireWithStatus(operations);
  }

  @Conformance(VALIDATING + "should support ValidatingAdmissionPolicyBinding API operations")
  void bindingsOfValidatingPolicies(Api api) throws Exception {
    cluster(
            api,
            ADMISSION,
            "validatingadmissionpolicybindings",
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            spec: {policyName: replicalimit-policy.example.com, validationActions: [Deny]}
            """)
        .requireAll();
  }

  @Conformance(MUTATING + "should support MutatingAdmissionPolicy API operations")
  void mutatingPolicies(Api api) throws Exception {
    cluster(
            api,
            ADMISSION,
            "mutatingadmissionpolicies",
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingAdmissionPolicy
            spec:
              reinvocationPolicy: Never
              mutations:
              - patchType: ApplyConfiguration
                applyConfiguration:
                  expression: >-
                    Object{metadata: Object.metadata{annotations: {"my-foo-annotation": "value"}}}
            """
                + DEPLOYMENTS)
        .patchedWith("{spec: {reinvocationPolicy: IfNeeded}}")
        .updatedWith("spec.reinvocationPolicy", new JsonString("Never"))
        .requireAll();
  }

  @Conformance(MUTATING + "should support MutatingAdmissionPolicyBinding API operations")
  void bindingsOfMutatingPolicies(Api api) throws Exception {
    cluster(
            api,
            ADMISSION,
            "mutatingadmissionpolicybindings",
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingAdmissionPolicyBinding
            spec: {policyName: replicalimit-policy.example.com}
            """)
        .requireAll();
  }

  @Conformance("[sig-network] EndpointSlice should support creating EndpointSlice API operations")
  void endpointSlices(Api api) throws Exception {
    namespaced(
            api,
            "discovery.k8s.io/v1",
            "endpointslices",
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            addressType: IPv4
            endpoints: [{addresses: [1.2.3.4, 5.6.7.8]}]
            """)
        .requireAll();
  }

  @Conformance("[sig-network] IngressClass API should support creating IngressClass API operations")
  void ingressClasses(Api api) throws Exception {
    cluster(
            api,
            "networking.k8s.io/v1",
            "ingressclasses",
            """
            apiVersion: networking.k8s.io/v1
            kind: IngressClass
            spec: {controller: example.com/controller}
            """)
        .requireAll();
  }

  @Conformance("[sig-network] Ingress API should support creating Ingress API operations")
  void ingresses(Api api) throws Exception {
    var operations =
        namespaced(
            api,
            "networking.k8s.io/v1",
            "ingresses",
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            spec:
              defaultBackend: {service: {name: default-backend, port: {number: 80}}}
              rules:
              - host: foo.bar.com
                http:
                  paths:
                  - path: /
                    pathType: ImplementationSpecific
                    backend: {service: {name: test-backend, port: {number: 8080}}}
            """);
    operations.requireAll();
    operations.requireInDiscovery("status");
    var name = operations.createThree();
    var path = operations.one(name) + "/status";
    var patched =
        api.patch(
            path,
            Api.MERGE_PATCH,
            """
            {"metadata":{"annotations":{"patchedstatus":"true"}},
             "status":{"loadBalancer":{"ingress":[{"ip":"169.1.1.1"}]}}}
            """);
    assertThat(text(patched, "status.loadBalancer.ingress.0.ip")).isEqualTo("169.1.1.1");
    assertThat(text(patched, "metadata.annotations.patchedstatus")).isEqualTo("true");
    var wanted = Trees.with(patched, "status.loadBalancer.ingress.0.ip", "169.1.1.2");
    assertThat(text(api.update(path, wanted), "status.loadBalancer.ingress.0.ip"))
        .isEqualTo("169.1.1.2");
    assertThat(text(api.get(path), "metadata.uid")).isEqualTo(operations.uid(name));
    operations.requireDeletion(name);
  }

  @Conformance("[sig-apps] CronJob should support CronJob API operations")
  void cronJobs(Api api) throws Exception {
    var operations =
        namespaced(
            api,
            "batch/v1",
            "cronjobs",
            """
            apiVersion: batch/v1
            kind: CronJob
            spec:
              schedule: '* */1 * * ?'
              suspend: true
              concurrencyPolicy: Allow
              jobTemplate:
                spec:
                  template:
                    spec:
                      restartPolicy: OnFailure
                      containers: [{name: c, image: busybox, command: ['true']}]
            """);
    operations.requireAll();
    operations.requireInDiscovery("status");
    var name = operations.createThree();
    var path = operations.one(name) + "/status";
    var patched =
        api.patch(
            path,
            Api.MERGE_PATCH,
            """
            {"metadata":{"annotations":{"patchedstatus":"true"}},
             "status":{"lastScheduleTime":"2026-11-28T10:00:00Z"}}
            """);
    assertThat(text(patched, "status.lastScheduleTime")).isEqualTo("2026-11-28T10:00:00Z");
    assertThat(text(patched, "metadata.annotations.patchedstatus")).isEqualTo("true");
    var wanted = Trees.with(api.get(path), "status.lastScheduleTime", "2026-11-28T11:00:00Z");
    assertThat(text(api.update(path, wanted), "status.lastScheduleTime"))
        .isEqualTo("2026-11-28T11:00:00Z");
    assertThat(text(api.get(path), "metadata.uid")).isEqualTo(operations.uid(name));
    operations.requireDeletion(name);
  }

  @Conformance("[sig-node] RuntimeClass should support RuntimeClasses API operations")
  void runtimeClasses(Api api) throws Exception {
    var operations =
        cluster(
            api,
            "node.k8s.io/v1",
            "runtimeclasses",
            "{apiVersion: node.k8s.io/v1, kind: RuntimeClass, handler: mock-handler}");
    operations.requireAll();
    operations.requireOneOfEachName();
  }

  @Conformance(
      "[sig-storage] CSIStorageCapacity should support CSIStorageCapacities API operations")
  void storageCapacities(Api api) throws Exception {
    var operations =
        namespaced(
            api,
            "storage.k8s.io/v1",
            "csistoragecapacities",
            """
            apiVersion: storage.k8s.io/v1
            kind: CSIStorageCapacity
            storageClassName: slow
            nodeTopology: {}
            """);
    operations.requireAll();
    operations.requireOneOfEachName();
  }
}
