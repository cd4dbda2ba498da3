package io.kubejar.apiserver.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.Yaml;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The columns of every kind that has some of its own, and the cells of objects in states that are
/// easily told wrong.
final class TableColumnsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /// A column is a text with a priority of 0 unless it says otherwise: `#` an integer, `?` a
  /// boolean, `~` shown only when there is room, `@` a name.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pods | Name@,Ready,Status,Restarts,Age,IP~,Node~,Nominated Node~,Readiness Gates~
          podtemplates | Name@,Containers,Images,Pod Labels
          poddisruptionbudgets.policy | Name@,Min Available,Max Unavailable,Allowed Disruptions#,Age
          replicationcontrollers | Name@,Desired#,Current#,Ready#,Age,Containers~,Images~,Selector~
          replicasets.apps | Name@,Desired#,Current#,Ready#,Age,Containers~,Images~,Selector~
          daemonsets.apps | Name@,Desired#,Current#,Ready#,Up-to-date#,Available#,Node Selector,Age,Containers~,Images~,Selector~
          jobs.batch | Name@,Status,Completions,Duration,Age,Containers~,Images~,Selector~
          cronjobs.batch | Name@,Schedule,Timezone,Suspend?,Active#,Last Schedule,Age,Containers~,Images~,Selector~
          services | Name@,Type,Cluster-IP,External-IP,Port(s),Age,Selector~
          ingresses.networking.k8s.io | Name@,Class,Hosts,Address,Ports,Age
          ingressclasses.networking.k8s.io | Name@,Controller,Parameters,Age
          statefulsets.apps | Name@,Ready,Age,Containers~,Images~
          endpoints | Name@,Endpoints,Age
          nodes | Name@,Status,Roles,Age,Version,Internal-IP~,External-IP~,OS-Image~,Kernel-Version~,Container-Runtime~
          events | Last Seen,Type,Reason,Object,Subobject~,Source~,Message,First Seen~,Count~,Name@~
          namespaces | Name@,Status,Age
          secrets | Name@,Type,Data,Age
          serviceaccounts | Name@,Secrets,Age
          persistentvolumes | Name@,Capacity,Access Modes,Reclaim Policy,Status,Claim,StorageClass,VolumeAttributesClass,Reason,Age,VolumeMode~
          persistentvolumeclaims | Name@,Status,Volume,Capacity,Access Modes,StorageClass,VolumeAttributesClass,Age,VolumeMode~
          componentstatuses | Name@,Status,Message,Error
          deployments.apps | Name@,Ready,Up-to-date,Available,Age,Containers~,Images~,Selector~
          horizontalpodautoscalers.autoscaling | Name@,Reference,Targets,MinPods,MaxPods,Replicas,Age
          configmaps | Name@,Data,Age
          networkpolicies.networking.k8s.io | Name@,Pod-Selector,Age
          rolebindings.rbac.authorization.k8s.io | Name@,Role,Age,Users~,Groups~,ServiceAccounts~
          clusterrolebindings.rbac.authorization.k8s.io | Name@,Role,Age,Users~,Groups~,ServiceAccounts~
          certificatesigningrequests.certificates.k8s.io | Name@,Age,SignerName,Requestor,RequestedDuration,Condition
          leases.coordination.k8s.io | Name@,Holder,Age
          storageclasses.storage.k8s.io | Name@,Provisioner,ReclaimPolicy,VolumeBindingMode,AllowVolumeExpansion,Age
          volumeattributesclasses.storage.k8s.io | Name@,DriverName,Age
          controllerrevisions.apps | Name@,Controller,Revision,Age
          resourcequotas | Name@,Request,Limit,Age
          priorityclasses.scheduling.k8s.io | Name@,Value#,Global-Default?,Age,PreemptionPolicy
          runtimeclasses.node.k8s.io | Name@,Handler,Age
          volumeattachments.storage.k8s.io | Name@,Attacher@,PV,Node,Attached?,Age
          endpointslices.discovery.k8s.io | Name@,AddressType,Ports,Endpoints,Age
          csinodes.storage.k8s.io | Name@,Drivers#,Age
          csidrivers.storage.k8s.io | Name@,AttachRequired?,PodInfoOnMount?,StorageCapacity?,TokenRequests,RequiresRepublish?,Modes,Age
          csistoragecapacities.storage.k8s.io | Name@,StorageClassName,Capacity
          mutatingwebhookconfigurations.admissionregistration.k8s.io | Name@,Webhooks#,Age
          validatingwebhookconfigurations.admissionregistration.k8s.io | Name@,Webhooks#,Age
          validatingadmissionpolicies.admissionregistration.k8s.io | Name@,Validations#,ParamKind,Age
          validatingadmissionpolicybindings.admissionregistration.k8s.io | Name@,PolicyName,ParamRef,Age
          mutatingadmissionpolicies.admissionregistration.k8s.io | Name@,Mutations#,ParamKind,Age
          mutatingadmissionpolicybindings.admissionregistration.k8s.io | Name@,PolicyName,ParamRef,Age
          flowschemas.flowcontrol.apiserver.k8s.io | Name@,PriorityLevel,MatchingPrecedence,DistinguisherMethod,Age,MissingPL
          prioritylevelconfigurations.flowcontrol.apiserver.k8s.io | Name@,Type,NominalConcurrencyShares,Queues,HandSize,QueueLengthLimit,Age
          resourceclaims.resource.k8s.io | Name@,State,Age
          resourceslices.resource.k8s.io | Name@,Node,Driver,Pool,Age
          deviceclasses.resource.k8s.io | Name@,Age
          resourceclaimtemplates.resource.k8s.io | Name@,Age
          servicecidrs.networking.k8s.io | Name@,CIDRs,Age
          ipaddresses.networking.k8s.io | Name@,ParentRef
          """)
  void columns(String resource, String expected) {
    var columns =
        Tables.of(type(resource)).columns().stream()
            .map(TableColumnsTest::written)
            .collect(Collectors.joining(","));

    assertThat(columns).isEqualTo(expected);
  }

  private static String written(Column column) {
    var type =
        switch (column.type()) {
          case "string" -> "";
          case "integer" -> "#";
          case "boolean" -> "?";
          default -> column.type();
        };
    var format = column.format().equals("name") ? "@" : column.format();
    return column.name() + type + format + (column.priority() == 0 ? "" : "~");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          services | {spec: {type: LoadBalancer, clusterIPs: [10.0.0.1], ports: [{port: 80, nodePort: 30080, protocol: TCP}, {port: 53, protocol: UDP}]}, status: {loadBalancer: {ingress: [{hostname: b.a-very-long-name.example.com}, {ip: 192.0.2.1}]}}} | n,LoadBalancer,10.0.0.1,192.0.2.1,b.a-very-long-name.example.com,80:30080/TCP,53/UDP,<unknown>,<none>
          services | {spec: {type: LoadBalancer, externalIPs: [192.0.2.9]}} | n,LoadBalancer,<none>,192.0.2.9,<none>,<unknown>,<none>
          services | {spec: {type: LoadBalancer}} | n,LoadBalancer,<none>,<pending>,<none>,<unknown>,<none>
          services | {spec: {type: ExternalName, externalName: a.example.com, selector: {b: c, a: d}}} | n,ExternalName,<none>,a.example.com,<none>,<unknown>,a=d,b=c
          jobs.batch | {metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}, spec: {completions: 3}, status: {succeeded: 1, conditions: [{type: Suspended, status: 'True'}]}} | n,Terminating,1/3,,<unknown>,,,<none>
          jobs.batch | {metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}, spec: {parallelism: 2}, status: {startTime: '2026-01-02T03:04:00Z', conditions: [{type: Failed, status: 'True'}]}} | n,Failed,0/1 of 2,5s,<unknown>,,,<none>
          endpointslices.discovery.k8s.io | {addressType: IPv4, ports: [{name: web}, {port: 80}], endpoints: [{addresses: [a, b]}, {addresses: [c, d]}]} | n,IPv4,web,80,a,b,c + 1 more...,<unknown>
          endpoints | {subsets: [{notReadyAddresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}]} | n,,<unknown>
          endpoints | {subsets: [{addresses: [{ip: 'fd00::1'}], ports: [{port: 80}]}]} | n,[fd00::1]:80,<unknown>
          ingresses.networking.k8s.io | {spec: {ingressClassName: c, tls: [{}], rules: [{host: a}, {}, {host: b}, {host: d}, {host: e}]}} | n,c,a,b,d + 2 more...,,80, 443,<unknown>
          horizontalpodautoscalers.autoscaling | {spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: a/v1, kind: D, name: d}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}, {type: Pods, pods: {metric: {name: q}, target: {type: AverageValue, averageValue: 100m}}}, {type: External, external: {metric: {name: e}, target: {type: Value, value: '5'}}}]}, status: {currentMetrics: [{type: Resource, resource: {name: cpu, current: {averageUtilization: 40}}}, {type: Pods, pods: {metric: {name: q}, current: {averageValue: 50m}}}]}} | n,D/d,cpu: 40%/50%, 50m/100m + 1 more...,<unset>,9,0,<unknown>
          horizontalpodautoscalers.autoscaling | {spec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {apiVersion: a/v1, kind: D, name: d}, metrics: [{type: External, external: {metric: {name: e}, target: {type: AverageValue, averageValue: '5'}}}]}} | n,D/d,<unknown>/5 (avg),2,9,0,<unknown>
          priorityclasses.scheduling.k8s.io | {value: 7} | n,7,false,<unknown>,
          ipaddresses.networking.k8s.io | {spec: {parentRef: {resource: services, namespace: ns, name: s}}} | n,services/ns/s
          ipaddresses.networking.k8s.io | {spec: {parentRef: {group: Example.com, resource: gateways, name: g}}} | n,gateways.example.com/g
          prioritylevelconfigurations.flowcontrol.apiserver.k8s.io | {spec: {type: Exempt, exempt: {nominalConcurrencyShares: 3}}} | n,Exempt,<none>,<none>,<none>,<none>,<unknown>
          validatingadmissionpolicybindings.admissionregistration.k8s.io | {spec: {policyName: p, paramRef: {selector: {matchLabels: {a: b}}}}} | n,p,&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},},<unknown>
          storageclasses.storage.k8s.io | {metadata: {annotations: {storageclass.beta.kubernetes.io/is-default-class: 'true'}}, provisioner: p} | n (default),p,Delete,Immediate,false,<unknown>
          deployments.apps | {spec: {replicas: 3, selector: {}}, status: {readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1}} | n,1/3,2,1,<unknown>,,,
          persistentvolumeclaims | {metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}, spec: {storageClassName: fast}, status: {phase: Pending, capacity: {storage: 1Gi}}} | n,Terminating,,,,fast,<unset>,<unknown>,<unset>
          nodes | {metadata: {labels: {node-role.kubernetes.io/control-plane: '', kubernetes.io/role: worker}}, spec: {unschedulable: true}, status: {conditions: [{type: Ready, status: Unknown}]}} | n,NotReady,SchedulingDisabled,control-plane,worker,<unknown>,,<none>,<none>,<unknown>,<unknown>,<unknown>
          certificatesigningrequests.certificates.k8s.io | {spec: {username: u, expirationSeconds: 3600}, status: {conditions: [{type: Approved}, {type: Failed}]}} | n,<unknown>,<none>,u,60m,Approved,Failed
          events | {type: Normal, reason: R, message: ' m ', involvedObject: {kind: Pod}, series: {count: 4}, firstTimestamp: '2026-01-02T03:03:05Z', lastTimestamp: '2026-01-02T03:04:00Z', reportingComponent: c} | <unknown>,Normal,R,pod,,c,m,60s,4,n
          resourceclaims.resource.k8s.io | {metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}, status: {allocation: {}, reservedFor: [{name: p}]}} | n,deleted,allocated,reserved,<unknown>
          """)
  void cells(String resource, String object, String expected) {
    assertThat(row(type(resource), object)).isEqualTo(expected == null ? "" : expected);
  }

  private static <T extends KubernetesObject> String row(ResourceType<T> type, String yaml) {
    var object = type.codec().fromTree(Yaml.parse(yaml));
    @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
    var named = (T) object.withMetadata(object.metadata().withName("n"));
    List<Object> cells = Tables.of(type).row(named, NOW);
    return cells.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static ResourceType<?> type(String resource) {
    return BuiltInResources.all().stream()
        .filter(type -> type.groupResource().toString().equals(resource))
        .filter(Tables::isOwn)
        .findFirst()
        .orElseThrow();
  }
}
