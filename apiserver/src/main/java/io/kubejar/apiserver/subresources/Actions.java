package io.kubejar.apiserver.subresources;

import static java.util.Objects.requireNonNull;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.admission.Admission;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.request.Call;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// All actions, by resource and subresource.
public final class Actions {
  private record Name(GroupResource resource, String subresource) {}

  private final Map<Name, Action<?>> actions = new ConcurrentHashMap<>();
  private final Admission admission;

  public Actions(Admission admission) {
    this.admission = admission;
  }

  public <B extends KubernetesObject> void add(
      ResourceType<?> type, String subresource, Action<B> action) {
    actions.put(new Name(type.groupResource(), subresource), action);
  }

  public Optional<Action<?>> find(ResourceType<?> type, String subresource) {
    return Optional.ofNullable(actions.get(new Name(type.groupResource(), subresource)));
  }

  /// Does what a POST to a subresource asks for, if admission lets it: a `Status` or an object.
  @SuppressWarnings("unchecked") // Admission changes objects, not their types.
  public <B extends KubernetesObject> Object perform(
      Action<B> action, Target target, Call call, B body) throws InterruptedException {
    var key = target.key();
    var request =
        new AdmissionRequest(
            Operation.CREATE,
            call,
            target.type(),
            target.subresource(),
            key.namespace(),
            key.name(),
            body,
            null);
    var admitted = (B) requireNonNull(admission.mutate(request));
    admission.validate(request.withObject(admitted));
    return action.performer().perform(call, key, admitted);
  }

  /// What an action is done to.
  public record Target(ResourceType<?> type, String subresource, ObjectKey key) {}
}
