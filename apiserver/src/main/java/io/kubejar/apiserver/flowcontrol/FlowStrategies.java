package io.kubejar.apiserver.flowcontrol;

import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;

/// Schemas and levels whose specs are fixed: without them the server could lock everybody out.
public final class FlowStrategies {
  private static final String SPEC = "spec";

  private FlowStrategies() {}

  /// Schemas: of the mandatory ones everything is fixed.
  public static Strategy<FlowSchema> schemas() {
    return new Fixed<>(FlowSchema.RESOURCE) {
      @Override
      void check(FlowSchema schema, List<FieldError> errors) {
        var name = schema.metadata().name();
        for (var fixed : SuggestedFlows.mandatorySchemas()) {
          if (fixed.metadata().name().equals(name) && !fixed.spec().equals(schema.spec())) {
            errors.add(mustEqual(schema.spec(), "spec of '" + name + "' must equal"));
          }
        }
      }
    };
  }

  /// Levels: of the exempt one, what it lends may be changed.
  public static Strategy<PriorityLevelConfiguration> levels() {
    return new Fixed<>(PriorityLevelConfiguration.RESOURCE) {
      @Override
      void check(PriorityLevelConfiguration level, List<FieldError> errors) {
        var name = level.metadata().name();
        for (var fixed : SuggestedFlows.mandatoryLevels()) {
          if (!fixed.metadata().name().equals(name)) {
            continue;
          }
          boolean isExempt = name.equals("exempt");
          var spec = isExempt ? level.spec().withExempt(fixed.spec().exempt()) : level.spec();
          if (!spec.equals(fixed.spec())) {
            var but = isExempt ? " except the 'spec.exempt' field" : "";
            errors.add(mustEqual(level.spec(), "spec of '" + name + "'" + but + " must equal"));
          }
        }
      }
    };
  }

  private static FieldError mustEqual(Object spec, String what) {
    return FieldError.invalid(SPEC, spec, what + " the fixed value");
  }

  private abstract static class Fixed<T extends KubernetesObject> extends Strategy<T> {
    Fixed(ResourceType<T> type) {
      super(type);
    }

    abstract void check(T object, List<FieldError> errors);

    @Override
    public List<FieldError> validate(Call call, T object) {
      return checked(object, super.validate(call, object));
    }

    @Override
    public List<FieldError> validateUpdate(Call call, String subresource, T object, T old) {
      var errors = super.validateUpdate(call, subresource, object, old);
      return subresource.isEmpty() ? checked(object, errors) : errors;
    }

    private List<FieldError> checked(T object, List<FieldError> errors) {
      var all = new ArrayList<>(errors);
      check(object, all);
      return all;
    }
  }
}
