// The expansion of:
//
// #[collection(table = Shop, pk = "CUSTOMER#{customer_id}")]
// pub struct Account {
//     pub customer: Customer,
//     pub settings: Option<Settings>,
//     pub orders: Vec<Order>,
// }

#[doc(hidden)]
const _: () = {
    #[allow(unused_imports)]
    use ::dynamo_orm::__private::{self as __rt, Plain as _};
    type __Index = __rt::Primary;
    #[automatically_derived]
    impl __rt::Collection for Account
    where
        Customer: __rt::CollectionMember,
        Settings: __rt::CollectionMember,
        Order: __rt::CollectionMember,
    {
        type Index = __Index;
        type Anchor = __rt::AnchorOf<Customer>;
        type Members = (
            __rt::One<Customer>,
            (__rt::Maybe<Settings>, (__rt::Many<Order>, ())),
        );
        type Parts = AccountParts;
        const MODEL: &'static __rt::CollectionModel = &__rt::CollectionModel::new(
            "Account",
            &[
                __rt::KeySpec::template(
                    &[
                        __rt::Segment::Literal("CUSTOMER#"),
                        __rt::Segment::part::<::std::string::String>(0),
                    ],
                ),
            ],
            &["customer_id"],
        );
        fn build((customer, (settings, (orders, ()))): __rt::Outputs<Self>) -> Self {
            Self { customer, settings, orders }
        }
        fn parts(
            (customer, (settings, (orders, ()))): __rt::Slots<Self>,
        ) -> AccountParts {
            AccountParts {
                customer: __rt::parts_of::<Customer>(customer),
                settings: __rt::parts_of::<Settings>(settings),
                orders: __rt::parts_of::<Order>(orders),
            }
        }
    }
    ///What is found of each member of a `Account`.
    #[allow(dead_code)]
    pub struct AccountParts
    where
        Customer: __rt::CollectionMember,
        Settings: __rt::CollectionMember,
        Order: __rt::CollectionMember,
    {
        ///What is found of `customer`, in order.
        pub customer: __rt::PartsOf<Customer>,
        ///What is found of `settings`, in order.
        pub settings: __rt::PartsOf<Settings>,
        ///What is found of `orders`, in order.
        pub orders: __rt::PartsOf<Order>,
    }
    #[automatically_derived]
    impl ::core::fmt::Debug for AccountParts
    where
        Customer: __rt::CollectionMember,
        Settings: __rt::CollectionMember,
        Order: __rt::CollectionMember,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("AccountParts")
                .field("customer", &__rt::tally::<Customer>(&self.customer))
                .field("settings", &__rt::tally::<Settings>(&self.settings))
                .field("orders", &__rt::tally::<Order>(&self.orders))
                .finish()
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl Account
    where
        Customer: __rt::CollectionMember,
        Settings: __rt::CollectionMember,
        Order: __rt::CollectionMember,
    {
        ///Reads a `Account` from its partition: `Query`.
        pub fn of(
            customer_id: impl __rt::AsPart<
                <<Customer as __rt::InIndex<__Index>>::Key as __rt::Typed>::Head,
            >,
        ) -> __rt::Collect<Account> {
            __rt::Collect::new([__rt::AsPart::into_part(customer_id)])
        }
    }
    impl __rt::Rooted for Account
    where
        Customer: __rt::CollectionMember,
        Settings: __rt::CollectionMember,
        Order: __rt::CollectionMember,
    {
        type Root = Customer;
        fn root(&self) -> &Customer {
            &self.customer
        }
    }
    impl __rt::CollectionMember for Account
    where
        Customer: __rt::CollectionMember,
        Settings: __rt::CollectionMember,
        Order: __rt::CollectionMember,
    {
        type As = __rt::AsCollection<Self>;
    }
    impl __rt::InIndex<__Index> for Account {
        type Key = <Customer as __rt::InIndex<__Index>>::Key;
    }
    const _: () = __rt::check_collection::<
        Account,
    >(<Shop as __rt::Table>::MODEL, <__Index as __rt::Index>::MODEL);
    const _: fn() = __rt::assert_member::<Shop, Customer>;
    const _: () = __rt::check_member::<
        Account,
        Customer,
    >(<Shop as __rt::Table>::MODEL, <__Index as __rt::Index>::MODEL);
    const _: fn() = __rt::assert_member::<Shop, Settings>;
    const _: () = __rt::check_member::<
        Account,
        Settings,
    >(<Shop as __rt::Table>::MODEL, <__Index as __rt::Index>::MODEL);
    const _: fn() = __rt::assert_member::<Shop, Order>;
    const _: () = __rt::check_member::<
        Account,
        Order,
    >(<Shop as __rt::Table>::MODEL, <__Index as __rt::Index>::MODEL);
};
