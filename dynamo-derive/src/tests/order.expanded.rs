// The expansion of:
//
// #[entity(table = Shop, pk = "CUSTOMER#{customer_id}", sk = "ORDER#{placed_on}#{order_id}",
//          index(Gsi1, pk = "STATUS#{status}", sk = "{placed_on}#{order_id}", query = by_status))]
// pub struct Order {
//     pub customer_id: CustomerId,
//     pub placed_on: Date,
//     pub order_id: Ulid,
//     pub status: Status,
//     pub total: u64,
//     pub note: Option<String>,
//     pub items: u32,
//     pub reference: String,
// }

#[doc(hidden)]
const _: () = {
    #[allow(unused_imports)]
    use ::dynamo_orm::__private::{self as __rt, Plain as _};
    type __Index0 = Gsi1;
    #[automatically_derived]
    impl __rt::Entity for Order {
        type Table = Shop;
        type Fields = OrderFields;
        const MODEL: &'static __rt::EntityModel = &__rt::EntityModel::new(
                "Order",
                "Order",
                &[
                    __rt::PartModel::new::<CustomerId>("customer_id", false),
                    __rt::PartModel::new::<Date>("placed_on", false),
                    __rt::PartModel::new::<Ulid>("order_id", false),
                    __rt::PartModel::new::<Status>("status", false),
                ],
                __rt::KeySpec::template(
                    &[
                        __rt::Segment::Literal("CUSTOMER#"),
                        __rt::Segment::part::<CustomerId>(0),
                    ],
                ),
                &[
                    __rt::FieldModel::new("customer_id", "customer_id", false, false),
                    __rt::FieldModel::new("placed_on", "placed_on", false, false),
                    __rt::FieldModel::new("order_id", "order_id", false, false),
                    __rt::FieldModel::new("status", "status", false, false),
                    __rt::FieldModel::new("total", "total", false, false),
                    __rt::FieldModel::new("note", "note", true, false),
                    __rt::FieldModel::new("items", "items", false, false),
                    __rt::FieldModel::new("reference", "reference", false, false),
                ],
            )
            .sort_key(
                __rt::KeySpec::template(
                    &[
                        __rt::Segment::Literal("ORDER#"),
                        __rt::Segment::part::<Date>(1),
                        __rt::Segment::Literal("#"),
                        __rt::Segment::part::<Ulid>(2),
                    ],
                ),
            )
            .indexes(
                &[
                    __rt::IndexUse::new(
                        __rt::index_model::<__Index0>(),
                        &[
                            __rt::KeySpec::template(
                                &[
                                    __rt::Segment::Literal("STATUS#"),
                                    __rt::Segment::part::<Status>(3),
                                ],
                            ),
                        ],
                        &[
                            __rt::KeySpec::template(
                                &[
                                    __rt::Segment::part::<Date>(1),
                                    __rt::Segment::Literal("#"),
                                    __rt::Segment::part::<Ulid>(2),
                                ],
                            ),
                        ],
                        __rt::When::Always,
                    ),
                ],
            )
            .same_rules({
                const RULES: &[__rt::Rule] = &[
                    __rt::Rule::new(
                        "customer_id",
                        "customer_id",
                        <__rt::Probe<CustomerId>>::HINT,
                    ),
                    __rt::Rule::new("placed_on", "placed_on", <__rt::Probe<Date>>::HINT),
                    __rt::Rule::new("order_id", "order_id", <__rt::Probe<Ulid>>::HINT),
                    __rt::Rule::new("status", "status", <__rt::Probe<Status>>::HINT),
                ];
                __rt::needed_rules(RULES)
            });
        fn fields() -> OrderFields {
            OrderFields
        }
        fn part(
            &self,
            part: usize,
        ) -> __rt::Result<::core::option::Option<__rt::Part<'_>>> {
            match part {
                0 => __rt::part(&self.customer_id),
                1 => __rt::part(&self.placed_on),
                2 => __rt::part(&self.order_id),
                3 => __rt::part(&self.status),
                _ => ::core::result::Result::Ok(::core::option::Option::None),
            }
        }
    }
    impl __rt::WithoutUnique for Order {}
    impl __rt::Unguarded for Order {}
    #[automatically_derived]
    #[allow(dead_code)]
    impl Order {
        ///The primary key of a `Order`.
        #[must_use]
        pub fn key(
            customer_id: impl __rt::AsPart<CustomerId>,
            placed_on: impl __rt::AsPart<Date>,
            order_id: impl __rt::AsPart<Ulid>,
        ) -> __rt::Key<Order> {
            __rt::Key::new()
                .with(0, __rt::AsPart::into_part(customer_id))
                .with(1, __rt::AsPart::into_part(placed_on))
                .with(2, __rt::AsPart::into_part(order_id))
        }
        ///Reads one `Order` by its primary key: `GetItem`. `None` when there is none.
        pub fn get(
            customer_id: impl __rt::AsPart<CustomerId>,
            placed_on: impl __rt::AsPart<Date>,
            order_id: impl __rt::AsPart<Ulid>,
        ) -> __rt::Get<Order> {
            __rt::Get::new(Self::key(customer_id, placed_on, order_id))
        }
        ///Changes some attributes of one `Order`: `UpdateItem`. Fails with `NotFound` when there is none.
        pub fn update(
            customer_id: impl __rt::AsPart<CustomerId>,
            placed_on: impl __rt::AsPart<Date>,
            order_id: impl __rt::AsPart<Ulid>,
        ) -> __rt::Update<Order> {
            __rt::Update::new(Self::key(customer_id, placed_on, order_id))
        }
        ///Deletes one `Order`: `DeleteItem`. Deleting what is not there succeeds.
        pub fn delete(
            customer_id: impl __rt::AsPart<CustomerId>,
            placed_on: impl __rt::AsPart<Date>,
            order_id: impl __rt::AsPart<Ulid>,
        ) -> __rt::Delete<Order> {
            __rt::Delete::new(Self::key(customer_id, placed_on, order_id))
        }
        ///Asks whether there is a `Order` under a primary key: `GetItem` of the key alone.
        pub fn exists(
            customer_id: impl __rt::AsPart<CustomerId>,
            placed_on: impl __rt::AsPart<Date>,
            order_id: impl __rt::AsPart<Ulid>,
        ) -> __rt::Exists<Order> {
            __rt::Exists::new(Self::key(customer_id, placed_on, order_id))
        }
        ///Reads everything in the partition of a `Order`, of whatever type, in order: `Query`.
        pub fn partition(
            customer_id: impl __rt::AsPart<CustomerId>,
        ) -> __rt::Query<__rt::Partition<Order>, __rt::Mixed<Shop>> {
            __rt::Partition::query(
                __rt::QueryState::new::<Order>(::core::option::Option::None)
                    .with(0, __rt::AsPart::into_part(customer_id)),
            )
        }
        ///Reads `Order` items through the index `Gsi1`, in its order: `Query`.
        pub fn by_status(
            status: impl __rt::AsPart<Status>,
        ) -> __rt::Query<OrderByStatus<0>> {
            __rt::Query::new(
                OrderByStatus(
                    __rt::QueryState::new::<Order>(::core::option::Option::Some(0))
                        .with(3, __rt::AsPart::into_part(status)),
                ),
            )
        }
    }
    #[allow(dead_code)]
    #[derive(::core::fmt::Debug)]
    pub struct OrderFields;
    #[automatically_derived]
    #[allow(dead_code)]
    impl OrderFields {
        ///The field `customer_id`.
        #[must_use]
        pub fn customer_id(
            &self,
        ) -> __rt::Path<Order, CustomerId, __rt::role::PrimaryKey> {
            __rt::Path::keyed("customer_id", <__rt::Probe<CustomerId>>::HINT, 0)
        }
        ///The field `placed_on`.
        #[must_use]
        pub fn placed_on(&self) -> __rt::Path<Order, Date, __rt::role::PrimaryKey> {
            __rt::Path::keyed("placed_on", <__rt::Probe<Date>>::HINT, 1)
        }
        ///The field `order_id`.
        #[must_use]
        pub fn order_id(&self) -> __rt::Path<Order, Ulid, __rt::role::PrimaryKey> {
            __rt::Path::keyed("order_id", <__rt::Probe<Ulid>>::HINT, 2)
        }
        ///The field `status`.
        #[must_use]
        pub fn status(&self) -> __rt::Path<Order, Status, __rt::role::IndexKey> {
            __rt::Path::keyed("status", <__rt::Probe<Status>>::HINT, 3)
        }
        ///The field `total`.
        #[must_use]
        pub fn total(&self) -> __rt::Path<Order, u64, __rt::role::Plain> {
            __rt::Path::stored("total", __rt::Hint::Auto)
        }
        ///The field `note`.
        #[must_use]
        pub fn note(&self) -> __rt::Path<Order, String, __rt::role::Optional> {
            __rt::Path::stored("note", __rt::Hint::Auto)
        }
        ///The field `items`.
        #[must_use]
        pub fn items(&self) -> __rt::Path<Order, u32, __rt::role::Plain> {
            __rt::Path::stored("items", __rt::Hint::Auto)
        }
        ///The field `reference`.
        #[must_use]
        pub fn reference(&self) -> __rt::Path<Order, String, __rt::role::Plain> {
            __rt::Path::stored("reference", __rt::Hint::Auto)
        }
    }
    #[allow(dead_code)]
    #[derive(::core::fmt::Debug)]
    pub struct OrderByStatus<const LEVEL: usize>(__rt::QueryState);
    #[automatically_derived]
    impl<const LEVEL: usize> __rt::Access for OrderByStatus<LEVEL> {
        type Entity = Order;
        type Index = __Index0;
        fn from_state(state: __rt::QueryState) -> Self {
            Self(state)
        }
        fn state(&self) -> &__rt::QueryState {
            &self.0
        }
        fn into_state(self) -> __rt::QueryState {
            self.0
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl OrderByStatus<0> {
        ///The next part of the sort key, `placed_on`.
        pub fn placed_on(&self) -> __rt::Level<Self, Date, OrderByStatus<1>> {
            __rt::Level::new(self, 1)
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl OrderByStatus<1> {
        ///The next part of the sort key, `order_id`.
        pub fn order_id(&self) -> __rt::Level<Self, Ulid, OrderByStatus<2>> {
            __rt::Level::new(self, 2)
        }
    }
    impl __rt::InIndex<__rt::Primary> for Order {
        type Key = (CustomerId, ());
    }
    impl __rt::InIndex<__Index0> for Order {
        type Key = (Status, ());
    }
    const _: () = <Order as __rt::Entity>::MODEL
        .check_partition_key(<Shop as __rt::Table>::MODEL);
    const _: () = <Order as __rt::Entity>::MODEL
        .check_sort_key(<Shop as __rt::Table>::MODEL);
    const _: () = __rt::check_entity(
        <Shop as __rt::Table>::MODEL,
        <Order as __rt::Entity>::MODEL,
    );
    const _: () = __rt::check_index(<Order as __rt::Entity>::MODEL, 0);
    const _: fn() = __rt::assert_index::<Shop, __Index0>;
    const _: () = <Order as __rt::Entity>::MODEL.check_index_key(0, 0);
    const _: () = <Order as __rt::Entity>::MODEL.check_index_key(0, 1);
};
