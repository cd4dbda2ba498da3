package io.kubejar.apiserver.table;

import static io.kubejar.apiserver.table.Column.AGE;
import static io.kubejar.apiserver.table.Column.NAME;
import static io.kubejar.apiserver.table.Column.count;
import static io.kubejar.apiserver.table.Column.number;
import static io.kubejar.apiserver.table.Column.text;
import static io.kubejar.apiserver.table.Column.wide;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.ParamKind;
import io.kubejar.api.admissionregistration.v1.ParamRef;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.certificates.v1.CertificateSigningRequest;
import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apimachinery.KubernetesObject;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Tables of who may do what, and of what stands between a request and the store.
final class AccessTables {
  private static final List<Column> BINDING =
      List.of(
          NAME,
          text("Role", "the role that is given"),
          AGE,
          wide("Users", "users who get it"),
          wide("Groups", "groups that get it"),
          wide("ServiceAccounts", "service accounts that get it"));

  private AccessTables() {}

  static final TableView<RoleBinding> ROLE_BINDING =
      new TableView<>(
          BINDING,
          (binding, now) ->
              bindingCells(binding, binding.roleRef(), binding.subjects(), Ages.of(binding, now)));

  static final TableView<ClusterRoleBinding> CLUSTER_ROLE_BINDING =
      new TableView<>(
          BINDING,
          (binding, now) ->
              bindingCells(binding, binding.roleRef(), binding.subjects(), Ages.of(binding, now)));

  static final TableView<CertificateSigningRequest> CERTIFICATE_SIGNING_REQUEST =
      new TableView<>(
          List.of(
              NAME,
              AGE,
              text("SignerName", "who is asked to sign"),
              text("Requestor", "who asks"),
              text("RequestedDuration", "how long it shall be valid"),
              text("Condition", "how it stands")),
          (request, now) ->
              List.of(
                  request.metadata().name(),
                  Ages.of(request, now),
                  Texts.orNone(request.spec().signerName()),
                  request.spec().username(),
                  request.spec().expirationSeconds() == null
                      ? Texts.NONE
                      : Ages.human(Duration.ofSeconds(request.spec().expirationSeconds())),
                  signingState(request)));

  static final TableView<APIService> API_SERVICE =
      new TableView<>(
          List.of(
              NAME, text("Service", "who serves it"), text("Available", "whether it answers"), AGE),
          (service, now) -> {
            var reference = service.spec().service();
            return List.of(
                service.metadata().name(),
                reference == null ? "Local" : reference.namespace() + "/" + reference.name(),
                availability(service),
                Ages.of(service, now));
          });

  private static final List<Column> WEBHOOKS =
      List.of(NAME, number("Webhooks", "how many webhooks it has"), AGE);

  static final TableView<MutatingWebhookConfiguration> MUTATING_WEBHOOKS =
      new TableView<>(
          WEBHOOKS,
          (webhooks, now) ->
              List.of(
                  webhooks.metadata().name(), webhooks.webhooks().size(), Ages.of(webhooks, now)));

  static final TableView<ValidatingWebhookConfiguration> VALIDATING_WEBHOOKS =
      new TableView<>(
          WEBHOOKS,
          (webhooks, now) ->
              List.of(
                  webhooks.metadata().name(), webhooks.webhooks().size(), Ages.of(webhooks, now)));

  static final TableView<ValidatingAdmissionPolicy> VALIDATING_POLICY =
      new TableView<>(
          List.of(
              NAME,
              number("Validations", "how many rules it has"),
              text("ParamKind", "the kind of its parameters"),
              AGE),
          (policy, now) ->
              List.of(
                  policy.metadata().name(),
                  policy.spec().validations().size(),
                  paramKind(policy.spec().paramKind()),
                  Ages.of(policy, now)));

  static final TableView<MutatingAdmissionPolicy> MUTATING_POLICY =
      new TableView<>(
          List.of(
              NAME,
              number("Mutations", "how many changes it makes"),
              text("ParamKind", "the kind of its parameters"),
              AGE),
          (policy, now) ->
              List.of(
                  policy.metadata().name(),
                  policy.spec().mutations().size(),
                  paramKind(policy.spec().paramKind()),
                  Ages.of(policy, now)));

  private static final List<Column> POLICY_BINDING =
      List.of(
          NAME,
          text("PolicyName", "the policy that is put into force"),
          text("ParamRef", "its parameters"),
          AGE);

  static final TableView<ValidatingAdmissionPolicyBinding> VALIDATING_POLICY_BINDING =
      new TableView<>(
          POLICY_BINDING,
          (binding, now) ->
              List.of(
                  binding.metadata().name(),
                  binding.spec().policyName(),
                  paramRef(binding.spec().paramRef()),
                  Ages.of(binding, now)));

  static final TableView<MutatingAdmissionPolicyBinding> MUTATING_POLICY_BINDING =
      new TableView<>(
          POLICY_BINDING,
          (binding, now) ->
              List.of(
                  binding.metadata().name(),
                  binding.spec().policyName(),
                  paramRef(binding.spec().paramRef()),
                  Ages.of(binding, now)));

  static final TableView<FlowSchema> FLOW_SCHEMA =
      new TableView<FlowSchema>(
              List.of(
                  NAME,
                  text("PriorityLevel", "the level its requests get"),
                  count("MatchingPrecedence", "lower is asked first"),
                  text("DistinguisherMethod", "what makes a flow"),
                  AGE,
                  text("MissingPL", "whether its level does not exist")),
              (schema, now) -> {
                var distinguisher = schema.spec().distinguisherMethod();
                return List.of(
                    schema.metadata().name(),
                    schema.spec().priorityLevelConfiguration().name(),
                    schema.spec().matchingPrecedence(),
                    distinguisher == null ? Texts.NONE : distinguisher.type(),
                    Ages.of(schema, now),
                    schema.status().conditions().stream()
                        .filter(condition -> condition.type().equals("Dangling"))
                        .findFirst()
                        .map(condition -> condition.status())
                        .orElse("?"));
              })
          .orderedBy( // As they are asked.
              Comparator.comparingInt((FlowSchema schema) -> schema.spec().matchingPrecedence())
                  .thenComparing(schema -> schema.metadata().name()));

  static final TableView<PriorityLevelConfiguration> PRIORITY_LEVEL =
      new TableView<>(
          List.of(
              NAME,
              text("Type", "Limited or Exempt"),
              text("NominalConcurrencyShares", "its part of all seats"),
              text("Queues", "how many queues it has"),
              text("HandSize", "how many of them a flow may use"),
              text("QueueLengthLimit", "how many may wait in one"),
              AGE),
          (level, now) -> {
            var limited = level.spec().limited();
            var queuing = limited == null ? null : limited.limitResponse().queuing();
            return List.of(
                level.metadata().name(),
                level.spec().type(),
                orNone(limited == null ? null : limited.nominalConcurrencyShares()),
                orNone(queuing == null ? null : queuing.queues()),
                orNone(queuing == null ? null : queuing.handSize()),
                orNone(queuing == null ? null : queuing.queueLengthLimit()),
                Ages.of(level, now));
          });

  private static Object orNone(@Nullable Integer number) {
    return number == null ? Texts.NONE : number;
  }

  private static List<Object> bindingCells(
      KubernetesObject binding, RoleRef role, List<Subject> subjects, String age) {
    return List.of(
        binding.metadata().name(),
        role.kind() + "/" + role.name(),
        age,
        names(subjects, "User"),
        names(subjects, "Group"),
        subjects.stream()
            .filter(subject -> subject.kind().equals("ServiceAccount"))
            .map(subject -> subject.namespace() + "/" + subject.name())
            .collect(Collectors.joining(", ")));
  }

  private static String names(List<Subject> subjects, String kind) {
    return subjects.stream()
        .filter(subject -> subject.kind().equals(kind))
        .map(Subject::name)
        .collect(Collectors.joining(", "));
  }

  private static String signingState(CertificateSigningRequest request) {
    boolean approved = false;
    boolean denied = false;
    boolean failed = false;
    for (var condition : request.status().conditions()) {
      approved |= condition.type().equals("Approved");
      denied |= condition.type().equals("Denied");
      failed |= condition.type().equals("Failed");
    }
    var state = denied ? "Denied" : approved ? "Approved" : "Pending";
    if (failed) {
      state += ",Failed";
    }
    return request.status().certificate().size() > 0 ? state + ",Issued" : state;
  }

  private static String availability(APIService service) {
    for (var condition : service.status().conditions()) {
      if (condition.type().equals("Available")) {
        return condition.status().equals("True")
            ? "True"
            : condition.status() + " (" + condition.reason() + ")";
      }
    }
    return "Unknown";
  }

  private static String paramKind(@Nullable ParamKind kind) {
    return kind == null ? Texts.UNSET : kind.apiVersion() + "/" + kind.kind();
  }

  private static String paramRef(@Nullable ParamRef reference) {
    if (reference == null) {
      return Texts.UNSET;
    }
    if (reference.name().isEmpty()) {
      return reference.selector() == null
          ? Texts.UNSET
          : Texts.printedSelector(reference.selector());
    }
    return reference.namespace().isEmpty()
        ? "*/" + reference.name()
        : reference.namespace() + "/" + reference.name();
  }
}
